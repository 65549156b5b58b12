package storetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"headway/models"
)

// errMissing says that this machine has no PostgreSQL.
var errMissing = errors.New("no PostgreSQL: neither in PATH nor in /usr/lib/postgresql/*/bin is there an initdb; install it with `apt-get install postgresql`")

// cluster is a throw-away PostgreSQL server on a socket in its own folder.
type cluster struct {
	dir      string
	lock     sync.Mutex // a template must have no other connection
	made     atomic.Int64
	lifeline io.Closer // the server stops when this closes, also by our death
}

// shared is the one server of this test process; durable, where one is asked
// for, waits for the disk.
var (
	shared  = sync.OnceValues(func() (*cluster, error) { return startCluster(roomyMemory(), "off") })
	durable = sync.OnceValues(func() (*cluster, error) { return startCluster("", "on") })
)

// PostgresDSN is the address of an empty, migrated PostgreSQL database, for
// another process too.
func PostgresDSN(t *testing.T) string {
	t.Helper()
	return postgresOn(t, shared)
}

// DurablePostgres returns a Store on an empty, migrated PostgreSQL database that
// waits for the disk, as in earnest.
func DurablePostgres(t testing.TB) *models.Store {
	t.Helper()
	return Open(t, postgresOn(t, durable))
}

func postgresOn(t testing.TB, server func() (*cluster, error)) string {
	t.Helper()
	c, err := server()
	if errors.Is(err, errMissing) && os.Getenv("CI") != "true" {
		fmt.Fprintf(os.Stderr, "SKIPPED %s: %v\n", t.Name(), err)
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	name, err := c.create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.admin(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return c.dsn(name)
}

func (c *cluster) dsn(database string) string {
	return "postgres:///" + database + "?host=" + c.dir + "&user=headway"
}

const template = "headway_template"

// create makes a database from the migrated template.
func (c *cluster) create(ctx context.Context) (string, error) {
	name := "test" + strconv.FormatInt(c.made.Add(1), 10)
	c.lock.Lock()
	defer c.lock.Unlock()
	return name, c.admin(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template)
}

func (c *cluster) admin(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, c.dsn("postgres"))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

func (c *cluster) migrateTemplate() error {
	ctx := context.Background()
	if err := c.admin(ctx, "CREATE DATABASE "+template); err != nil {
		return err
	}
	s, err := open(c.dsn(template))
	if err != nil {
		return err
	}
	return errors.Join(s.Migrate(ctx), s.Close())
}

// watch starts the server, says "ready" and waits for its input to end, which
// it does when the test process does, however that ends. Then it cleans up.
const watch = `
trap '' INT
"$1/initdb" -D "$2/data" -U headway -A trust -E UTF8 --locale=C --no-sync >"$2/log" 2>&1 &&
"$1/pg_ctl" -D "$2/data" -w -l "$2/log" -o "-k $2 -c listen_addresses= -c fsync=$3 -c max_connections=200" start >>"$2/log" 2>&1 &&
echo ready || { cat "$2/log"; exit 1; }
read -r _
"$1/pg_ctl" -D "$2/data" -m immediate stop >/dev/null 2>&1
rm -rf "$2"
`

// startCluster takes about a second. folder is "" for the usual place.
func startCluster(folder, fsync string) (*cluster, error) {
	bin, err := findBin()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(folder, "headway-pg")
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.Background(), "/bin/sh", "-c", watch, "watch", bin, dir, fsync) //nolint:gosec // both are ours
	cmd.Dir = "/"
	if err := dropRoot(cmd, dir); err != nil {
		return nil, err
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		rest, _ := io.ReadAll(out)
		return nil, fmt.Errorf("PostgreSQL did not start: %s%s %w", line, rest, errors.Join(err, cmd.Wait()))
	}
	c := &cluster{dir: dir, lifeline: in}
	return c, c.migrateTemplate()
}

// roomyMemory is the memory file system where it has room for a few databases,
// else "" for the usual place.
func roomyMemory() string {
	const path, need = "/dev/shm", 1 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs(path, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < need {
		return ""
	}
	return path
}

func findBin() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil && beside(real, "pg_ctl") {
			return filepath.Dir(real), nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	slices.Sort(found)
	for _, path := range slices.Backward(found) {
		if beside(path, "pg_ctl") {
			return filepath.Dir(path), nil
		}
	}
	return "", errMissing
}

func beside(path, name string) bool {
	_, err := os.Stat(filepath.Join(filepath.Dir(path), name))
	return err == nil
}

// dropRoot runs the server as another user where we are root: PostgreSQL
// refuses to run as root.
func dropRoot(cmd *exec.Cmd, dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		return os.Chown(dir, uid, gid)
	}
	return errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

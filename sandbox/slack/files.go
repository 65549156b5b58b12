package slack

import (
	"cmp"
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

const (
	maxFileBytes    = 8 << 20
	maxFileChannels = 100
)

// file is an upload, from the request for its address to its sharing.
type file struct {
	ID, Name, Title string
	Size            int
	Data            []byte
	uploaded        bool
	Channels        []string
}

func filesGetUploadURL(c *call) (object, error) {
	name, size := c.args.text("filename"), c.args.number("length")
	if name == "" || size <= 0 {
		return nil, missing("filename and length")
	}
	f := &file{ID: newID("F"), Name: path.Base(name), Size: size}
	c.ws.files[f.ID] = f
	return object{"upload_url": c.s.base + "/files/upload/" + c.ws.team.ID + "/" + f.ID, "file_id": f.ID}, nil
}

// serveUpload takes the bytes, raw or as the one file of a multipart form: Slack's
// own SDKs name its field differently.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	ws, ok := s.team(r.PathValue("team"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	data, err := uploaded(http.MaxBytesReader(w, r.Body, maxFileBytes), r)
	ws.mu.Lock()
	defer ws.mu.Unlock()
	f := ws.files[r.PathValue("file")]
	switch {
	case f == nil:
		http.NotFound(w, r)
		return
	case err != nil || len(data) != f.Size:
		s.audit.violate(Incident{Kind: malformedCall, Method: "upload", Error: "upload_failed", Detail: "the length is not the one announced"})
		http.Error(w, "upload failed", http.StatusBadRequest)
		return
	}
	f.Data, f.uploaded = data, true
	io.WriteString(w, "OK - "+strconv.Itoa(len(data)))
}

func uploaded(body io.Reader, r *http.Request) ([]byte, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return io.ReadAll(body)
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		p, err := parts.NextPart()
		if err != nil {
			return nil, err
		}
		if p.FileName() != "" {
			data, err := io.ReadAll(io.LimitReader(p, maxFileBytes+1))
			if len(data) > maxFileBytes {
				err = errors.New("file is too large")
			}
			return data, err
		}
	}
}

func filesCompleteUpload(c *call) (object, error) {
	files, err := c.uploadedFiles()
	if err != nil {
		return nil, err
	}
	blocks, err := c.commentBlocks()
	if err != nil {
		return nil, err
	}
	ids := strings.FieldsFunc(cmp.Or(c.args.text("channels"), c.args.text("channel_id")), func(r rune) bool { return r == ',' })
	if len(ids) > maxFileChannels {
		return nil, fail("channels_limit_exceeded")
	}
	var targets []*channel
	for _, id := range ids {
		ch := c.ws.channel(id)
		if ch == nil {
			return nil, fail("channel_not_found")
		}
		if !ch.has(c.ws.bot.ID) {
			return nil, fail("not_in_channel")
		}
		targets = append(targets, ch)
	}
	shared := list{}
	for _, f := range files {
		shared = append(shared, c.ws.fileObject(f))
	}
	for _, ch := range targets {
		for _, f := range files {
			f.Channels = append(f.Channels, ch.ID)
		}
		c.ws.post(ch, &message{
			User: c.ws.bot.ID, BotID: c.ws.bot.BotID, Text: c.args.text("initial_comment"), Blocks: blocks,
			ThreadTS: c.args.text("thread_ts"), Files: shared,
		})
	}
	return object{"files": shared}, nil
}

// commentBlocks are blocks in the place of an initial_comment.
func (c *call) commentBlocks() (list, error) {
	if !c.args.has("blocks") {
		return nil, nil
	}
	blocks, err := c.args.structured("blocks")
	if err != nil {
		return nil, fail("invalid_blocks_format")
	}
	return c.ws.messageBlocks(blocks)
}

// unknownFiles finds images of a file that was not uploaded: Slack shows only
// files that it holds.
func (ws *workspace) unknownFiles(at string, v any) []problem {
	var found []problem
	switch v := v.(type) {
	case list:
		for i, item := range v {
			found = append(found, ws.unknownFiles(pointer(at, i), item)...)
		}
	case object:
		for _, key := range sortedKeys(v) {
			here := pointer(at, key)
			named, isFile := v[key].(object)
			if key != "slack_file" || !isFile {
				found = append(found, ws.unknownFiles(here, v[key])...)
			} else if id := text(named, "id"); id != "" && (ws.files[id] == nil || !ws.files[id].uploaded) {
				found = append(found, problem{here, "invalid slack file"})
			}
		}
	}
	return found
}

func filesInfo(c *call) (object, error) {
	f := c.ws.files[c.args.text("file")]
	if f == nil || !f.uploaded {
		return nil, fail("file_not_found")
	}
	return object{"file": c.ws.fileObject(f)}, nil
}

// filesUpload is gone from Slack.
func filesUpload(*call) (object, error) { return nil, fail("method_deprecated") }

func (c *call) uploadedFiles() ([]*file, error) {
	raw, err := c.args.structured("files")
	items, ok := raw.(list)
	if err != nil || !ok || len(items) == 0 {
		return nil, missing("files")
	}
	var files []*file
	for _, v := range items {
		item, _ := v.(object)
		f := c.ws.files[text(item, "id")]
		if f == nil || !f.uploaded {
			return nil, fail("file_not_found")
		}
		f.Title = cmp.Or(text(item, "title"), f.Name)
		files = append(files, f)
	}
	return files, nil
}

func (ws *workspace) fileObject(f *file) object {
	extension := strings.TrimPrefix(path.Ext(f.Name), ".")
	link := ws.s.base + "/files/" + ws.team.ID + "/" + f.ID + "/" + f.Name
	return object{
		"id": f.ID, "name": f.Name, "title": f.Title, "size": f.Size, "user": ws.bot.ID, "user_team": ws.team.ID,
		"created": ws.s.now().Unix(), "timestamp": ws.s.now().Unix(), "mimetype": mediaType(f.Name),
		"filetype": extension, "pretty_type": strings.ToUpper(extension), "mode": "hosted", "editable": false,
		"is_external": false, "external_type": "", "is_public": true, "public_url_shared": false,
		"display_as_bot": false, "username": "", "url_private": link, "url_private_download": link + "?download=1",
		"permalink": link, "channels": f.Channels, "groups": list{}, "ims": list{}, "comments_count": 0,
	}
}

func mediaType(name string) string {
	return cmp.Or(mime.TypeByExtension(path.Ext(name)), "application/octet-stream")
}

// serveFile hands out a file; the sandbox is on loopback and asks for no token.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	ws, ok := s.team(r.PathValue("team"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	ws.mu.Lock()
	f := ws.files[r.PathValue("file")]
	ws.mu.Unlock()
	if f == nil || !f.uploaded {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", mediaType(f.Name))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if !strings.HasPrefix(mediaType(f.Name), "image/") || r.FormValue("download") != "" {
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	}
	w.Write(f.Data)
}

// fileSummaries lists the files shared in conversations of one person.
func (ws *workspace) fileSummaries(userID string) list {
	out := list{}
	for _, f := range ws.files {
		sees := func(id string) bool { return ws.channel(id).has(userID) }
		if slices.ContainsFunc(f.Channels, sees) {
			out = append(out, ws.fileObject(f))
		}
	}
	return out
}

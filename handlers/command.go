package handlers

import (
	"context"
	"html"
	"regexp"
	"slices"
	"strings"

	"headway/blocks"
	"headway/bot"
	"headway/models"
	"headway/work"
)

// subcommand is one line of the command table. scoped ones concern a project:
// the one that --project names, else the channel's.
type subcommand struct {
	name, args, what string
	need             Need
	scoped           bool
	run              func(*App, context.Context, *call, args) (bot.Reply, error)
}

// commands is the whole table; help is generated from it.
func commands() []subcommand {
	return []subcommand{
		{"help", "[topic]", "what Headway can do", anyone, false, (*App).help},
		{"checkin", "[KEY]", "answer the check-in that waits for you, also before you are asked", anyone, false, (*App).checkinNow},
		{"checkin now", "[KEY]", "answer it now", anyone, false, (*App).checkinNow},
		{"checkin yesterday", "[KEY]", "answer the one before today's", anyone, false, (*App).checkinYesterday},
		{"checkin edit", "[KEY]", "change your last answer", anyone, false, (*App).checkinEdit},
		{"checkin skip", "[KEY]", "skip today's", anyone, false, (*App).checkinSkip},
		{"checkin snooze", "[30m | 1h | 2h] [KEY]", "be reminded later", anyone, false, (*App).checkinSnooze},
		{"away", "[2026-12-24..2027-01-02 | tomorrow | 2w | off]", "days on which you are away", anyone, false, (*App).away},
		{"parttime", "[mon,wed | off]", "days of the week on which you don't work", anyone, false, (*App).partTime},
		{"calendar", "[show] [KEY]", "working days, holidays and days off of the team", anyone, true, (*App).calendar},
		{"mine", "[2w | 30d | 2026-11]", "what you answered, planned and were blocked by", anyone, false, (*App).mine},
		{"catchup", "[2w | 2026-11-02]", "what happened while you were away", anyone, false, (*App).catchup},
		{"checkin configure", "[KEY]", "check-ins: who is asked, when and what; add another", admin, true, (*App).configure},
		{"checkin preview", "[KEY] [name]", "when the next ones are held, and how they look", admin, true, (*App).preview},
		{"checkin run", "[KEY] [name]", "ask everyone now", admin, true, (*App).runNow},
		{"checkin pause", "[KEY] [until 2026-12-24]", "stop check-ins for now, reports go on", admin, true, (*App).checkinPause},
		{"checkin resume", "[KEY]", "start them again", admin, true, (*App).checkinResume},
		{"report", "[this | last | 2026-W47]", "the week in figures", reader, true, (*App).report},
		{"report show", "R-12", "a report again, exactly as it was", reader, true, (*App).reportShow},
		{"status", "", "connection, last reading, what comes next", anyone, false, (*App).status},
		{"jobs", "[KEY]", "what runs by itself, what ran, what did not get through", managing, false, (*App).jobs},
		{"refresh", "[KEY] [--full]", "read Jira now", manager, true, (*App).refresh},
		{"data me", "", "what Headway stores on you", anyone, false, (*App).dataMe},
		{"data export", "", "all of it, by direct message", anyone, false, (*App).dataExport},
		{"data erase", "", "remove it", anyone, false, (*App).dataErase},
		{"setup", "", "set up a project in five steps", anyone, false, (*App).setup},
		{"connect", "", "connect Jira, or replace its token", admin, false, (*App).connect},
		{"project list", "", "the projects and their state", anyone, false, (*App).projectList},
		{"project add", "", "set up another project", admin, false, (*App).setup},
		{"project edit", "KEY", "zone, working days and holidays", admin, true, (*App).projectEdit},
		{"project pause", "KEY", "stop check-ins and reports for now", admin, true, (*App).projectPause},
		{"project resume", "KEY", "start them again", admin, true, (*App).projectResume},
		{"project archive", "KEY", "stop for good and keep the figures", admin, true, (*App).projectArchive},
		{"project delete", "KEY", "remove a project and its figures", admin, true, (*App).projectDelete},
		{"calendar add", "2026-12-24[..2026-12-31] [name] [--project KEY]", "make days off for the team", admin, true, (*App).calendarAdd},
		{"calendar remove", "2026-12-24[..2026-12-31] [KEY]", "take them back", admin, true, (*App).calendarRemove},
		{"bind", "#channel KEY", "make a project the channel's own", admin, true, (*App).bind},
		{"unbind", "[#channel]", "take the project off a channel", admin, false, (*App).unbind},
		{"roles list", "", "who may do what", anyone, false, (*App).rolesList},
		{"roles grant", "@user admin | manager | observer [KEY]", "give a role", admin, false, (*App).rolesGrant},
		{"roles revoke", "@user admin | manager | observer [KEY]", "take a role", admin, false, (*App).rolesRevoke},
		{"link", "@user", "confirm someone's Jira account", admin, false, (*App).link},
		{"unlink", "@user", "take that back", admin, false, (*App).unlink},
		{"test", "[KEY]", "try all that Headway needs of Jira, with the cure for what fails", admin, false, (*App).test},
	}
}

// args are the words behind a subcommand.
type args struct {
	words   []string
	project string // from --project or a word that is a project key
}

// command serves the slash command.
func (a *App) command(ctx context.Context, w bot.Who, text string) (bot.Reply, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		words = []string{"help"}
	}
	cmd, rest, ok := find(commands(), words)
	if !ok {
		return say(blocks.UnknownCommand(a.Command, html.UnescapeString(text), nearest(commands(), words))), nil
	}
	// A guest learns not even which projects there are.
	if _, err := a.admit(ctx, w, anyone, models.Project{}); err != nil {
		return bot.Reply{}, err
	}
	in := parseArgs(rest)
	if textual[cmd.name] {
		in = flagOnly(rest)
	} else if cmd.scoped {
		in = a.smallKey(ctx, a.Store.Team(w.Team), in)
	}
	project, err := a.projectFor(ctx, w, cmd, in)
	if err != nil {
		return bot.Reply{}, err
	}
	return a.served(ctx, w, cmd.need, project, func(ctx context.Context, c *call) (bot.Reply, error) {
		return cmd.run(a, ctx, c, in)
	})
}

// find matches the longest name; a group named alone means its list.
func find(table []subcommand, words []string) (cmd subcommand, rest []string, ok bool) {
	for n := min(2, len(words)); n > 0; n-- {
		name := strings.ToLower(strings.Join(words[:n], " "))
		for _, c := range table {
			if c.name == name {
				return c, words[n:], true
			}
		}
	}
	if len(words) == 1 {
		for _, c := range table {
			if c.name == strings.ToLower(words[0])+" list" {
				return c, nil, true
			}
		}
	}
	return subcommand{}, nil, false
}

// nearest is the name with the fewest edits to what was typed, "" where that is
// no slip of the keys any more.
func nearest(table []subcommand, words []string) string {
	typed := strings.ToLower(strings.Join(words[:min(2, len(words))], " "))
	best, least := "", 4
	for _, c := range table {
		for _, name := range []string{c.name, strings.TrimSuffix(c.name, " list")} { // a group alone means its list
			for _, candidate := range []string{typed, strings.ToLower(words[0])} {
				if d := edits(candidate, name); d < min(least, len(name)) {
					best, least = c.name, d
				}
			}
		}
	}
	return best
}

// edits is the Levenshtein distance of two short words.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

var projectKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,31}$`)

// parseArgs takes --project KEY, or a bare project key, out of the words.
func parseArgs(words []string) args {
	var in args
	for i := 0; i < len(words); i++ {
		switch {
		case words[i] == "--project" && i+1 < len(words):
			in.project = strings.ToUpper(words[i+1])
			i++
		case projectKey.MatchString(words[i]):
			in.project = words[i]
		default:
			in.words = append(in.words, words[i])
		}
	}
	return in
}

// flagOnly takes nothing but --project KEY out of the words.
func flagOnly(words []string) args {
	if i := slices.Index(words, "--project"); i >= 0 && i+1 < len(words) {
		return args{words: slices.Delete(slices.Clone(words), i, i+2), project: strings.ToUpper(words[i+1])}
	}
	return args{words: words}
}

// smallKey takes the key of a project that there is out of the words, too, when
// it was typed in small letters.
func (a *App) smallKey(ctx context.Context, team models.Team, in args) args {
	for i, word := range in.words {
		key := strings.ToUpper(word)
		if in.project != "" || !projectKey.MatchString(key) {
			continue
		}
		if _, err := team.ProjectByKey(ctx, key); err == nil {
			return args{words: slices.Delete(slices.Clone(in.words), i, i+1), project: key}
		}
	}
	return in
}

// projectFor is the project a command means: the one it names, else the
// channel's, else the workspace's only one.
func (a *App) projectFor(ctx context.Context, w bot.Who, cmd subcommand, in args) (models.Project, error) {
	if !cmd.scoped {
		return models.Project{}, nil
	}
	team := a.Store.Team(w.Team)
	named := in.project
	if strings.HasPrefix(cmd.name, "project ") && named == "" && len(in.words) > 0 {
		named = html.UnescapeString(in.words[0]) // a word that is no key must not change the channel's project
	}
	if named != "" {
		p, err := team.ProjectByKey(ctx, named)
		return p, orSay(err, "There is no project "+named+" here. `"+a.Command+" project list` shows what is set up.")
	}
	if _, p, err := team.BindingOf(ctx, w.Channel); err == nil {
		return p, nil
	}
	projects, err := team.Projects(ctx, models.ProjectActive, models.ProjectPaused)
	switch {
	case err != nil:
		return models.Project{}, err
	case len(projects) == 1:
		return projects[0], nil
	case len(projects) == 0:
		return models.Project{}, work.Refusal{Say: "No project is set up yet. An admin can start with `" + a.Command + " setup`."}
	default:
		return models.Project{}, work.Refusal{Say: "Which project? Add its key, for example `" + a.Command + " " + cmd.name + " " + projects[0].Key + "`, or ask in the project's channel."}
	}
}

var (
	userMention    = regexp.MustCompile(`^<@([UW][A-Z0-9]+)(\|[^>]*)?>$`)
	channelMention = regexp.MustCompile(`^<#([CG][A-Z0-9]+)(\|[^>]*)?>$`)
)

// mentioned is the first word that re matches, as an id.
func (in args) mentioned(re *regexp.Regexp) string {
	for _, w := range in.words {
		if m := re.FindStringSubmatch(w); m != nil {
			return m[1]
		}
	}
	return ""
}

package work

import (
	"context"
	"errors"
	"strings"
	"time"

	"headway/blocks"
	"headway/metrics"
	"headway/models"
)

// AnswerDays is how long answers are kept (models declares it); people read it
// in every prompt.
const AnswerDays = 90

// roundContext is what every view of a round needs.
type roundContext struct {
	round   models.Round
	checkin models.Checkin // with what the round was asked under, whatever was configured since
	project models.Project
	topic   string // name of the sprint, "" for none
	link    func(key string) string
}

func (w *Worker) roundContext(ctx context.Context, tx models.Team, roundID string) (roundContext, error) {
	round, err := tx.Round(ctx, roundID)
	if err != nil {
		return roundContext{}, err
	}
	rc, err := w.checkinContext(ctx, tx, round.CheckinID)
	if err != nil {
		return rc, err
	}
	rc.round = round
	rc.checkin = round.AsOpened(rc.checkin)
	rc.topic, err = topic(ctx, tx, round)
	return rc, err
}

// links builds addresses in Jira; it needs no working token.
func (w *Worker) links(ctx context.Context, tx models.Team, p models.Project) (Jira, error) {
	c, err := tx.Connection(ctx, p.ConnectionID)
	if err != nil {
		return nil, err
	}
	return w.Open(c)
}

func (rc roundContext) issues(keys []string) []blocks.Issue {
	out := make([]blocks.Issue, 0, len(keys))
	for _, k := range keys {
		out = append(out, rc.issue(k))
	}
	return out
}

func (rc roundContext) issue(key string) blocks.Issue {
	if key == "" {
		return blocks.Issue{}
	}
	return blocks.Issue{Key: key, URL: rc.link(key)}
}

// promptView is the question to one person, in the person's own zone.
func (w *Worker) promptView(ctx context.Context, tx models.Team, roundID string, m models.RoundMember) (blocks.PromptView, error) {
	rc, err := w.roundContext(ctx, tx, roundID)
	if err != nil {
		return blocks.PromptView{}, err
	}
	zone, err := w.zoneOf(ctx, tx, rc, m.User)
	if err != nil {
		return blocks.PromptView{}, err
	}
	v := blocks.PromptView{
		Round: blocks.RoundID(roundID), Name: rc.checkin.Name, Template: rc.checkin.Template, Topic: rc.topic,
		Day: rc.round.Date.At(12, 0, zone), CloseAt: m.CloseAt.In(zone),
		Privacy: rc.checkin.Privacy, KeepDays: AnswerDays,
	}
	if v.Blockers, err = w.openIn(ctx, tx, rc, m.User, rc.round.Date); err != nil {
		return v, err
	}
	before, err := tx.PreviousAnswer(ctx, rc.checkin.ID, m.User, rc.round.Date)
	if errors.Is(err, models.ErrNotFound) || rc.reflects() {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.Planned = rc.issues(splitKeys(before.Plan))
	return v, nil
}

// reflects says that the round looks back: nothing is planned or blocked in it.
func (rc roundContext) reflects() bool { return blocks.TemplateOf(rc.checkin.Template).Reflects }

// zoneOf is the zone a member is asked in.
func (w *Worker) zoneOf(ctx context.Context, tx models.Team, rc roundContext, user string) (*time.Location, error) {
	people, err := tx.Participants(ctx, rc.project.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if p.User == user {
			return memberZone(rc.checkin, rc.project, p.Zone), nil
		}
	}
	return memberZone(rc.checkin, rc.project, ""), nil
}

func (w *Worker) thanksView(ctx context.Context, tx models.Team, round models.Round, m models.RoundMember, a, previous *models.Answer) (blocks.ThanksView, error) {
	rc, err := w.roundContext(ctx, tx, round.ID)
	if err != nil {
		return blocks.ThanksView{}, err
	}
	zone, err := w.zoneOf(ctx, tx, rc, m.User)
	if err != nil {
		return blocks.ThanksView{}, err
	}
	v := blocks.ThanksView{Round: blocks.RoundID(round.ID), Name: rc.checkin.Name, Template: rc.checkin.Template, Day: round.Date.At(12, 0, zone), CloseAt: round.CloseAt.In(zone), Now: w.Now().In(zone)}
	if a == nil {
		return v, nil
	}
	v.Status, v.Late = a.Status, a.Late
	if v.Late {
		v.CloseAt = round.ClosedAt.In(zone)
	} else {
		members, err := tx.RoundMembers(ctx, round.ID)
		if err != nil {
			return v, err
		}
		v.Last = !waitedFor(members)
	}
	if previous != nil {
		v.Previous, v.Replaced = previous.Status, previous.At.In(zone)
	}
	if a.Status == models.Blocked && !rc.reflects() {
		rows, err := tx.OpenBlockers(ctx, a.User)
		if err != nil {
			return v, err
		}
		b := rc.blocker(*a, rows)
		v.Blocker = &b
	}
	return v, nil
}

// ClosedPrompt is what to say to someone who uses the prompt of a closed round;
// nil while it is open.
func (w *Worker) ClosedPrompt(ctx context.Context, team models.Team, roundID, user string) (*blocks.Message, error) {
	rc, answer, err := w.standing(ctx, team, roundID, user)
	if err != nil || rc.round.State == models.RoundOpen {
		return nil, err
	}
	zone, err := w.zoneOf(ctx, team, rc, user)
	if err != nil {
		return nil, err
	}
	m := blocks.PromptClosed(blocks.ClosedView{Round: blocks.RoundID(roundID), Name: rc.checkin.Name, Day: rc.round.Date.At(12, 0, zone), ClosedAt: rc.round.ClosedAt.In(zone), Status: answer.Status, Template: rc.checkin.Template})
	return &m, nil
}

// summaryMessage is the round's summary as its channel may see it: the team's
// own channel all of it, a channel whose audience nobody declared the safe one.
func (w *Worker) summaryMessage(ctx context.Context, tx models.Team, round models.Round, safe bool) (blocks.Message, error) {
	rc, err := w.roundContext(ctx, tx, round.ID)
	if err != nil {
		return blocks.Message{}, err
	}
	tally, err := tx.Tally(ctx, round.ID)
	if err != nil {
		return blocks.Message{}, err
	}
	day, now := round.Date.At(12, 0, rc.project.Location()), w.Now().In(rc.project.Location())
	v := blocks.SummaryView{Round: blocks.RoundID(round.ID), Name: rc.checkin.Name, Template: rc.checkin.Template, Topic: rc.topic, Day: day, Now: now,
		ShowAnswer: rc.checkin.Privacy != models.PrivacyCounts}
	own := !safe && audience(rc.checkin) == metrics.OwnTeam
	if err := w.roundBlockers(ctx, tx, rc, own, &v); err != nil {
		return blocks.Message{}, err
	}
	if safe {
		v.Answers = metrics.Withhold(tally, metrics.Outside)
		return blocks.SafeSummary(v), nil
	}
	shown := metrics.Withhold(tally, audience(rc.checkin))
	v.Answers, v.Helped = shown, round.Helped
	if rc.checkin.Privacy != models.PrivacyTeam && shown.Gate != metrics.GateOpen {
		v.Blockers, v.Helped = nil, 0
	}
	if v.Confidence, err = w.confidence(ctx, tx, rc, shown); err != nil {
		return blocks.Message{}, err
	}
	return blocks.Summary(v), nil
}

// audience is the own team where the check-in's privacy lets the team see
// answers, else everyone outside.
func audience(c models.Checkin) metrics.Audience {
	if c.Privacy == models.PrivacyTeam {
		return metrics.OwnTeam
	}
	return metrics.Outside
}

// confidence is the mean of the round's 1-5 answers with the mean of the round
// a week before, each only where its audience may see it.
func (w *Worker) confidence(ctx context.Context, tx models.Team, rc roundContext, shown metrics.Shown) (*blocks.Confidence, error) {
	to := audience(rc.checkin)
	mean, ok := metrics.WithholdMean(rc.round.ConfidenceSum, rc.round.ConfidenceN, shown, to)
	if !ok {
		return nil, nil
	}
	c := blocks.Confidence{Mean: mean, N: rc.round.ConfidenceN}
	before, err := tx.RoundOn(ctx, rc.checkin.ID, rc.round.Date.AddDays(-7))
	if errors.Is(err, models.ErrNotFound) {
		return &c, nil
	}
	if err != nil {
		return nil, err
	}
	tally, err := tx.Tally(ctx, before.ID)
	if err != nil {
		return nil, err
	}
	c.Before, _ = metrics.WithholdMean(before.ConfidenceSum, before.ConfidenceN, metrics.Withhold(tally, to), to)
	return &c, nil
}

// BlockedView fills the follow-up of a blocked answer with what stands.
func (w *Worker) BlockedView(ctx context.Context, team models.Team, roundID, user string) (blocks.BlockedView, error) {
	rc, standing, err := w.standing(ctx, team, roundID, user)
	if err != nil {
		return blocks.BlockedView{}, err
	}
	if err := w.suggestBlocker(ctx, team, rc, &standing, user); err != nil {
		return blocks.BlockedView{}, err
	}
	in := blocks.BlockedInput{Kind: standing.BlockedKind, Since: standing.Since, Key: standing.BlockedKey, Help: standing.AskedForHelp}
	if in.Since.IsZero() {
		in.Since = w.Today(rc.project)
	}
	if in.Text, err = textOf(ctx, team, roundID, user); err != nil {
		return blocks.BlockedView{}, err
	}
	readers, err := w.textReaders(ctx, team, rc.checkin, rc.round)
	return blocks.BlockedView{Ctx: blocks.RoundCtx{Round: roundID, Readers: readers}, Name: rc.checkin.Name, Input: in, TextReaders: readers, TextDays: models.AnswerTextDays}, err
}

// AnswerView fills the full form with the answer that stands.
func (w *Worker) AnswerView(ctx context.Context, team models.Team, roundID, user string) (blocks.AnswerView, error) {
	rc, standing, err := w.standing(ctx, team, roundID, user)
	if err != nil {
		return blocks.AnswerView{}, err
	}
	if err := w.suggestBlocker(ctx, team, rc, &standing, user); err != nil {
		return blocks.AnswerView{}, err
	}
	text, err := textOf(ctx, team, roundID, user)
	if err != nil {
		return blocks.AnswerView{}, err
	}
	readers, err := w.textReaders(ctx, team, rc.checkin, rc.round)
	if err != nil {
		return blocks.AnswerView{}, err
	}
	v := blocks.AnswerView{
		Ctx: blocks.RoundCtx{Round: roundID, Readers: readers}, Name: rc.checkin.Name, Template: rc.checkin.Template, Topic: rc.topic,
		Answer: blocks.AnswerInput{Status: standing.Status, Confidence: standing.Confidence, Plan: splitKeys(standing.Plan),
			Kind: standing.BlockedKind, Since: standing.Since, Key: standing.BlockedKey, Help: standing.AskedForHelp, Text: text},
		WithConfidence: rc.checkin.Confidence, TextReaders: readers, TextDays: models.AnswerTextDays, Privacy: rc.checkin.Privacy, KeepDays: AnswerDays,
	}
	return v, w.stands(ctx, team, &v, rc, standing, user)
}

// suggestBlocker fills what a person says of a blocker with the newest one that
// is open, while no answer of theirs says anything of one. The day stays as it
// is: the form may be about another blocker.
func (w *Worker) suggestBlocker(ctx context.Context, team models.Team, rc roundContext, a *models.Answer, user string) error {
	if a.Status == models.Blocked {
		return nil
	}
	open, err := w.openIn(ctx, team, rc, user, rc.round.Date)
	if err != nil || len(open) == 0 {
		return err
	}
	newest := open[len(open)-1]
	a.BlockedKind, a.BlockedKey = newest.Kind, newest.Key
	return nil
}

// standing is a member's answer so far, the zero one before the first. Someone
// who was not asked in the round is refused.
func (w *Worker) standing(ctx context.Context, team models.Team, roundID, user string) (roundContext, models.Answer, error) {
	rc, err := w.roundContext(ctx, team, roundID)
	if err != nil {
		return rc, models.Answer{}, err
	}
	if _, err := team.RoundMember(ctx, roundID, user); err != nil {
		return rc, models.Answer{}, notAsked(err)
	}
	if err := w.mayAnswer(ctx, team, rc.checkin, user); err != nil {
		return rc, models.Answer{}, err
	}
	a, err := team.AnswerOf(ctx, roundID, user)
	if errors.Is(err, models.ErrNotFound) {
		return rc, models.Answer{}, nil
	}
	return rc, a, err
}

func notAsked(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return Refusal{"You are not asked in this check-in. If you should be, ask an admin to add you."}
	}
	return err
}

// MyItems are the keys of a person's own items in progress, live from Jira and
// never stored; empty for someone without a linked account.
func (w *Worker) MyItems(ctx context.Context, team models.Team, user string, p models.Project) ([]blocks.Issue, error) {
	if _, err := w.MayBrowse(ctx, team, user, p); err != nil {
		return nil, err
	}
	link, err := team.LinkOf(ctx, user, p.ConnectionID)
	if err != nil {
		return nil, err
	}
	client, err := w.client(ctx, team, p.ConnectionID)
	if err != nil {
		return nil, err
	}
	keys, err := client.InProgressOf(ctx, link.AccountID, p.JiraID)
	if err != nil {
		return nil, err
	}
	out := make([]blocks.Issue, 0, len(keys))
	for _, k := range keys {
		out = append(out, blocks.Issue{Key: k, URL: client.BrowseURL(k)})
	}
	return out, nil
}

// AnswersView lists a round's answers to one of its own members or, where the
// privacy says so, to a manager. Anyone else gets the counts in the summary.
func (w *Worker) AnswersView(ctx context.Context, team models.Team, roundID, user string, role models.Role, now time.Time) (blocks.AnswersView, error) {
	rc, err := w.roundContext(ctx, team, roundID)
	if err != nil {
		return blocks.AnswersView{}, err
	}
	_, err = team.RoundMember(ctx, roundID, user)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return blocks.AnswersView{}, err
	}
	if !mayRead(rc.checkin.Privacy, err == nil, role) {
		return blocks.AnswersView{}, Refusal{hiddenAnswers[rc.checkin.Privacy]}
	}
	answers, err := team.Answers(ctx, roundID)
	if err != nil {
		return blocks.AnswersView{}, err
	}
	texts, err := team.AnswerTexts(ctx, roundID)
	if err != nil {
		return blocks.AnswersView{}, err
	}
	wrote := map[string]string{}
	for _, text := range texts {
		wrote[text.User] = text.Words
	}
	members, err := team.RoundMembers(ctx, roundID)
	if err != nil {
		return blocks.AnswersView{}, err
	}
	asked := 0
	for _, m := range members {
		if m.Counts() {
			asked++
		}
	}
	v := blocks.AnswersView{Name: rc.checkin.Name, Template: rc.checkin.Template, Day: rc.round.Date.At(12, 0, now.Location()), Now: now, Asked: asked, Answered: len(answers)}
	rows, err := team.ProjectBlockers(ctx, rc.project.ID)
	if err != nil {
		return blocks.AnswersView{}, err
	}
	for _, a := range answers {
		line := rc.line(a, rows)
		line.Text = wrote[a.User]
		v.Lines = append(v.Lines, line)
	}
	return v, nil
}

// mayRead: "team" opens single answers to those who were asked, "managers" to
// those and to managers, "counts" to nobody.
func mayRead(p string, asked bool, role models.Role) bool {
	switch p {
	case models.PrivacyTeam:
		return asked
	case models.PrivacyManagers:
		return asked || role >= models.Manager
	default:
		return false
	}
}

// hiddenAnswers says why single answers stay hidden.
var hiddenAnswers = map[string]string{
	models.PrivacyTeam:     "Only the people this check-in asks see single answers. The counts are in the summary.",
	models.PrivacyManagers: "Only the people this check-in asks and their managers see single answers. The counts are in the summary.",
	models.PrivacyCounts:   "This check-in shows answers as counts only. They are in the summary.",
}

func (rc roundContext) line(a models.Answer, rows []models.Blocker) blocks.AnswerLine {
	l := blocks.AnswerLine{User: a.User, Status: a.Status, Confidence: a.Confidence, Plan: rc.issues(splitKeys(a.Plan)), Late: a.Late}
	if a.Status == models.Blocked && !rc.reflects() {
		b := rc.blocker(a, rows)
		l.Blocker = &b
	}
	return l
}

// splitKeys reads a stored plan.
func splitKeys(plan string) []string {
	if plan == "" {
		return nil
	}
	return strings.Split(plan, ",")
}

package work

import (
	"context"
	"errors"
	"time"

	"headway/blocks"
	"headway/jira"
	"headway/models"
)

// account is the Jira account of a person at a connection: the one they are
// linked to, else the one with their email, to which they are linked by that.
func (w *Worker) account(ctx context.Context, team models.Team, user, connectionID string) (string, error) {
	link, err := team.LinkOf(ctx, user, connectionID)
	if err == nil || !errors.Is(err, models.ErrNotFound) {
		return link.AccountID, err
	}
	return w.linkByEmail(ctx, team, user, connectionID)
}

// linkByEmail links the person to the account with the same verified email. It
// gives ErrNotLinked where there is no such one account, where Slack tells no
// email, and where an admin took such a link back.
func (w *Worker) linkByEmail(ctx context.Context, team models.Team, user, connectionID string) (string, error) {
	account, err := w.accountByEmail(ctx, team, user, connectionID)
	if err != nil {
		return "", err
	}
	c, err := team.Connection(ctx, connectionID)
	if err != nil {
		return "", err
	}
	err = team.Atomically(ctx, func(tx models.Team) error {
		link, err := tx.LinkOf(ctx, user, connectionID)
		if err == nil { // another click was faster
			account = link.AccountID
			return nil
		}
		if !errors.Is(err, models.ErrNotFound) {
			return err
		}
		l := models.AccountLink{ID: models.NewID(), User: user, ConnectionID: connectionID, AccountID: account, By: models.LinkedByEmail, At: w.Now()}
		if err := tx.Link(ctx, l); err != nil {
			return err
		}
		if err := w.Notify(ctx, tx, user, "linked:"+connectionID+":"+user+":"+account, blocks.LinkedByEmail(blocks.LinkedView{Site: c.Site})); err != nil {
			return err
		}
		return w.audit(ctx, tx, "", "account.link", "", user)
	})
	w.Wake()
	return account, err
}

// accountByEmail finds the one active account with the person's verified email.
// Nothing is stored.
func (w *Worker) accountByEmail(ctx context.Context, team models.Team, user, connectionID string) (string, error) {
	asked := verdictKey{team: team.ID(), connection: connectionID, account: "email of " + user}
	if _, known := w.verdicts.get(asked, time.Now()); known { // user searches share one limit of the whole site
		return "", ErrNotLinked
	}
	undone, err := team.LinkUndone(ctx, user, connectionID)
	if err != nil {
		return "", err
	}
	person, err := w.Slack.Person(ctx, team.ID(), user)
	if err != nil {
		return "", err
	}
	if undone || person.Email == "" || !person.Full {
		return "", ErrNotLinked
	}
	client, err := w.client(ctx, team, connectionID)
	if err != nil {
		return "", err
	}
	account, err := client.FindAccount(ctx, person.Email)
	if errors.Is(err, jira.ErrNotFound) || errors.Is(err, jira.ErrForbidden) {
		w.verdicts.put(asked, false, time.Now())
		return "", ErrNotLinked
	}
	return account.ID, err
}

// LinkPeople links by email whoever of the people is not linked yet. Whom that
// does not concern, an admin links.
func (w *Worker) LinkPeople(ctx context.Context, team models.Team, connectionID string, users []string) error {
	for _, user := range users {
		_, err := w.account(ctx, team, user, connectionID)
		if errors.Is(err, ErrNotLinked) {
			continue
		}
		if err != nil {
			w.notice(ctx, team, connectionID, blocks.RungViewers, err)
			return err
		}
	}
	return nil
}

// JiraPerson looks up the account that an admin names for someone. One that is
// none, or not an active person's, is a FieldError of the account field.
func (w *Worker) JiraPerson(ctx context.Context, team models.Team, connectionID, accountID string) (jira.Account, error) {
	client, err := w.client(ctx, team, connectionID)
	if err != nil {
		return jira.Account{}, err
	}
	account, err := client.Account(ctx, accountID)
	if errors.Is(err, jira.ErrNotFound) {
		return account, FieldError{blocks.FieldAccount, "Jira knows no active person with this account id. Open the person's profile in Jira and copy its address."}
	}
	w.notice(ctx, team, connectionID, blocks.RungViewers, err)
	return account, err
}

// Link stores that an admin confirmed which Jira account a person has.
func (w *Worker) Link(ctx context.Context, tx models.Team, by, user, connectionID, accountID string) error {
	l := models.AccountLink{ID: models.NewID(), User: user, ConnectionID: connectionID, AccountID: accountID, By: by, At: w.Now()}
	if err := tx.Link(ctx, l); err != nil {
		return err
	}
	return w.audit(ctx, tx, by, "account.link", "", user)
}

// Unlink takes a person's links back, at every connection, and tells them.
func (w *Worker) Unlink(ctx context.Context, tx models.Team, by, user string) error {
	connections, err := tx.Connections(ctx)
	if err != nil {
		return err
	}
	undone := 0
	for _, c := range connections {
		if err := tx.Unlink(ctx, by, user, c.ID); errors.Is(err, models.ErrNotFound) {
			continue
		} else if err != nil {
			return err
		}
		undone++
		if err := w.Notify(ctx, tx, user, "unlinked:"+models.NewID(), blocks.Unlinked(blocks.LinkedView{Site: c.Site})); err != nil {
			return err
		}
	}
	if undone == 0 {
		return Refusal{"This person is not linked to a Jira account."}
	}
	return w.audit(ctx, tx, by, "account.unlink", "", user)
}

// RequestLink asks each admin to link a person, at every connection where they
// are not linked.
func (w *Worker) RequestLink(ctx context.Context, tx models.Team, user string, admins []string) error {
	connections, err := tx.Connections(ctx)
	if err != nil {
		return err
	}
	day := w.Now().UTC().Format(time.DateOnly)
	for _, c := range connections {
		if _, err := tx.LinkOf(ctx, user, c.ID); !errors.Is(err, models.ErrNotFound) {
			if err != nil {
				return err
			}
			continue
		}
		m := blocks.LinkRequested(blocks.LinkRequestView{Ref: blocks.LinkRef(c.ID + "." + user), User: user, Site: c.Site})
		for _, a := range admins {
			if err := w.Notify(ctx, tx, a, "link:"+c.ID+":"+user+":"+day+":"+a, m); err != nil {
				return err
			}
		}
	}
	return nil
}

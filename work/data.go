package work

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"headway/blocks"
	"headway/models"
)

// Held is what is stored on a person, table by table, with times in the given
// zone.
func (w *Worker) Held(ctx context.Context, team models.Team, user string, zone *time.Location) (blocks.DataView, error) {
	held, err := team.HeldOn(ctx, user)
	view := blocks.DataView{Now: w.Now().In(zone), Command: w.Command}
	for _, h := range held {
		row := blocks.DataRow{Table: h.Table, About: h.About, Rows: len(h.Rows), KeepDays: int(h.Keep.Hours() / 24)}
		if !h.Oldest.IsZero() {
			row.Oldest = h.Oldest.In(zone)
		}
		view.Rows = append(view.Rows, row)
	}
	return view, err
}

// Export is a person's own rows as JSON, each row on a line of its own, so that
// it can be read in parts.
func (w *Worker) Export(ctx context.Context, team models.Team, user string) (string, error) {
	held, err := team.HeldOn(ctx, user)
	if err != nil {
		return "", err
	}
	tables := make([]string, 0, len(held))
	for _, h := range held {
		lines := make([]string, 0, len(h.Rows))
		for _, row := range h.Rows {
			line, err := json.Marshal(row)
			if err != nil {
				return "", fmt.Errorf("work: write export: %w", err)
			}
			lines = append(lines, string(line))
		}
		tables = append(tables, fmt.Sprintf("%q: [\n%s\n]", h.Table, strings.Join(lines, ",\n")))
	}
	return "{\n" + strings.Join(tables, ",\n") + "\n}\n", nil
}

// SendExport puts an export into direct messages, for a workspace that lets
// Headway send no file.
func (w *Worker) SendExport(ctx context.Context, team models.Team, user, key, text string) error {
	err := team.Atomically(ctx, func(tx models.Team) error {
		for i, part := range blocks.ExportParts(text) {
			if err := w.Notify(ctx, tx, user, fmt.Sprintf("export:%s:%d", key, i), part); err != nil {
				return err
			}
		}
		return nil
	})
	w.Wake()
	return err
}

// Erase forgets a person and returns how many rows went, by table. Open rounds
// count them as away, and close where nobody else is missing.
func (w *Worker) Erase(ctx context.Context, tx models.Team, user string) (models.Receipt, error) {
	mine, err := tx.ParticipationsOf(ctx, user)
	if err != nil {
		return nil, err
	}
	rounds, err := w.lockRoundsOf(ctx, tx, user)
	if err != nil {
		return nil, err
	}
	receipt, err := tx.Forget(ctx, user)
	if errors.Is(err, models.ErrLastAdmin) {
		return nil, Refusal{"You are the last admin. Make somebody else one first: `" + w.Command + " roles grant @someone admin`."}
	}
	if err != nil {
		return nil, err
	}
	for _, r := range rounds {
		if err := w.closeIfComplete(ctx, tx, r); err != nil {
			return nil, err
		}
	}
	for _, m := range mine {
		if err := w.moveRound(ctx, tx, m.ProjectID); err != nil {
			return nil, err
		}
	}
	return receipt, w.audit(ctx, tx, models.FormerMember, "data.erase", "", "")
}

func (w *Worker) lockRoundsOf(ctx context.Context, tx models.Team, user string) ([]models.Round, error) {
	open, err := tx.OpenMemberships(ctx, user)
	if err != nil {
		return nil, err
	}
	rounds := make([]models.Round, 0, len(open))
	for _, m := range open {
		r, err := tx.LockRound(ctx, m.Round.ID)
		if err != nil {
			return nil, err
		}
		rounds = append(rounds, r)
	}
	return rounds, nil
}

package models_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headway/models"
)

func TestATextIsReplacedAndGoesWithoutWords(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.PutAnswerText(ctx, models.AnswerText{RoundID: "r1", User: "U2", Words: "The staging\x00 database is slow.", At: noon.Add(-anHour)}))
		must(t, team.PutAnswerText(ctx, models.AnswerText{RoundID: "r1", User: "U1", Words: "Out from four.", At: noon.Add(anHour)}))
		var words []string
		for _, text := range got(team.AnswerTexts(ctx, "r1"))(t) {
			words = append(words, text.User+": "+text.Words)
		}
		if diff := cmp.Diff([]string{"U2: The staging database is slow.", "U1: Out from four."}, words); diff != "" {
			t.Error(diff)
		}
		must(t, team.PutAnswerText(ctx, models.AnswerText{RoundID: "r1", User: "U1", At: noon}))
		must(t, team.PutAnswerText(ctx, models.AnswerText{RoundID: "r1", User: "U1", At: noon}))
		if _, err := team.AnswerTextOf(ctx, "r1", "U1"); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("a cleared text: %v", err)
		}
	})
}

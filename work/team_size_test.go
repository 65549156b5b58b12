package work

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"headway/models"
	"headway/models/storetest"
)

// A team of one and a team of sixty live through a round like any other: one
// prompt each, one summary, no figure that would give somebody away outside.
func TestATeamOfAnySizeLivesThroughARound(t *testing.T) {
	for _, people := range []int{1, 60} {
		for _, privacy := range []string{models.PrivacyTeam, models.PrivacyCounts} {
			t.Run(fmt.Sprintf("%d %s", people, privacy), func(t *testing.T) {
				storetest.Each(t, func(t *testing.T, open func() *models.Store) {
					s := stageOf(t, open(), people)
					s.atomically(func(tx models.Team) error {
						all, err := tx.Checkins(t.Context(), s.project.ID)
						s.must(err)
						all[0].Privacy = privacy
						return tx.PutCheckin(t.Context(), &all[0])
					})
					s.lives(people)
					rounds, err := s.team.LatestRounds(t.Context(), s.project.ID, 1)
					s.must(err)
					if r := rounds[0]; r.State != models.RoundClosed || r.Asked != people || r.Answered != people {
						t.Errorf("%s, %d of %d answered", r.State, r.Answered, r.Asked)
					}
					answers, err := s.team.Answers(t.Context(), rounds[0].ID)
					s.must(err)
					users := []string{}
					for _, a := range answers {
						users = append(users, a.User)
					}
					slices.Sort(users)
					if n := len(slices.Compact(users)); n != people || len(answers) != people {
						t.Errorf("%d people have %d answers", n, len(answers))
					}
					m, err := s.w.summaryMessage(t.Context(), s.team, rounds[0], false)
					s.must(err)
					shown := fmt.Sprintf("%d of %d answered", people, people)
					if own := privacy == models.PrivacyTeam || people == 60; strings.Contains(m.Text, shown) != own {
						t.Errorf("the summary says: %s", m.Text)
					}
				})
			})
		}
	}
}

package metrics_test

import (
	"slices"
	"testing"

	"headway/calendar"
	"headway/metrics"
)

func released(id, day string) metrics.Release {
	d, err := calendar.ParseDate(day)
	if err != nil {
		panic(err)
	}
	return metrics.Release{ID: id, Released: true, Date: d}
}

func bug(affects []string, steps ...string) metrics.Issue {
	i := issue(steps...)
	i.Type, i.Affects = "bug", affects
	return i
}

// ship builds W47 (16 to 22 November) and W48 as of Thursday 26 November.
func ship(r metrics.Rules, releases []metrics.Release, issues ...metrics.Issue) (first, second metrics.Weekly) {
	r.Stages = stages
	r.Failure = metrics.Match{Types: []string{"bug"}}
	w := metrics.Window{Calendar: calendar.Calendar{Zone: berlin}, From: week("2026-W47"), To: week("2026-W48"), Now: at("2026-11-26 12:00")}
	weeks := metrics.Aggregate(r, w, slices.Values(issues), releases)
	return weeks[0], weeks[1]
}

func TestReleasesCountOnTheirDays(t *testing.T) {
	unreleased := released("5", "2026-11-18")
	unreleased.Released = false
	undated := metrics.Release{ID: "6", Released: true}
	first, second := ship(metrics.Rules{}, []metrics.Release{
		released("1", "2026-11-16"), released("2", "2026-11-22"), released("3", "2026-11-22"),
		released("4", "2026-11-26"), unreleased, undated, released("7", "2026-11-27"), released("8", "2026-11-15"),
	})
	if first.Deployments != 3 || first.FailureDen != 3 || first.DeployDays != 0b1000001 {
		t.Errorf("first week: %d on days %07b", first.Deployments, first.DeployDays)
	}
	if second.Deployments != 1 || second.DeployDays != 0b0001000 {
		t.Errorf("second week: %d on days %07b", second.Deployments, second.DeployDays)
	}
	if second.Excluded[metrics.ExcludedNoDate] != 1 || second.Excluded[metrics.ExcludedDateAhead] != 1 || len(first.Excluded) != 0 {
		t.Errorf("excluded %v and %v", first.Excluded, second.Excluded)
	}
}

func TestAFailureBelongsToTheVersionsItAffects(t *testing.T) {
	releases := []metrics.Release{released("1", "2026-11-02"), released("2", "2026-11-17"), released("3", "2026-11-18"), released("4", "2026-11-24")}
	first, second := ship(metrics.Rules{}, releases,
		bug([]string{"2"}, "2026-11-25 09:00 open"),
		bug([]string{"2"}, "2026-11-25 10:00 open"), // a second one does not count twice
		bug([]string{"1", "4"}, "2026-11-25 09:00 open"),
	)
	if first.FailureNum != 1 || first.FailureDen != 2 || second.FailureNum != 1 || second.FailureDen != 1 {
		t.Errorf("failed %d of %d and %d of %d, want 1 of 2 and 1 of 1", first.FailureNum, first.FailureDen, second.FailureNum, second.FailureDen)
	}
}

func TestAFailureWithoutAVersionIsTheLatestReleasesFault(t *testing.T) {
	for _, c := range []struct {
		name, created       string
		affects             []string
		first, second, none int
	}{
		{"the same local day counts as before", "2026-11-24 00:00", nil, 0, 1, 0},
		{"the day before belongs to the one before", "2026-11-23 23:59", nil, 1, 0, 0},
		{"before the window, an older version", "2026-11-16 09:00", nil, 0, 0, 0},
		{"before all versions", "2026-11-01 23:59", nil, 0, 0, 0},
		{"a deleted version says nothing", "2026-11-24 09:00", []string{"99"}, 0, 1, 0},
		{"an unreleased version is no deployment", "2026-11-24 09:00", []string{"5"}, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			releases := []metrics.Release{
				released("1", "2026-11-02"), released("9", "2026-11-17"), released("10", "2026-11-17"), released("4", "2026-11-24"), {ID: "5"},
			}
			first, second := ship(metrics.Rules{}, releases, bug(c.affects, c.created+" open"))
			if first.FailureNum != c.first || second.FailureNum != c.second {
				t.Errorf("failed %d and %d, want %d and %d", first.FailureNum, second.FailureNum, c.first, c.second)
			}
		})
	}
	first, _ := ship(metrics.Rules{}, []metrics.Release{released("4", "2026-11-24")}, bug(nil, "2026-11-17 09:00 open"))
	if first.FailureNum != 0 || first.Excluded[metrics.ExcludedNoVersion] != 1 {
		t.Errorf("failure before all versions: excluded %v", first.Excluded)
	}
}

func TestOfTwoReleasesOnADayTheLargerIDIsTheLater(t *testing.T) {
	// Two failures and two versions of one day: only the later one, 10, failed.
	first, _ := ship(metrics.Rules{}, []metrics.Release{released("10", "2026-11-17"), released("9", "2026-11-17")},
		bug(nil, "2026-11-17 09:00 open"), bug([]string{"10"}, "2026-11-17 10:00 open"))
	if first.FailureNum != 1 || first.FailureDen != 2 {
		t.Errorf("failed %d of %d, want 1 of 2", first.FailureNum, first.FailureDen)
	}
}

func TestAReleaseOfOnlyFailureFixesIsRework(t *testing.T) {
	fix := func(kind string, versions ...string) metrics.Issue {
		i := issue("2026-11-10 09:00 open")
		i.Type, i.Fix = kind, versions
		return i
	}
	first, _ := ship(metrics.Rules{}, []metrics.Release{released("1", "2026-11-16"), released("2", "2026-11-17"), released("3", "2026-11-18")},
		fix("bug", "1", "2"), fix("bug", "1"), fix("story", "2"))
	if first.Deployments != 3 || first.DeploymentsRework != 1 {
		t.Errorf("%d of %d are rework, want 1 of 3", first.DeploymentsRework, first.Deployments)
	}
}

func TestEntriesIntoAStatusWithinTenMinutesAreOneDeployment(t *testing.T) {
	rules := metrics.Rules{DeployedBy: "closed"}
	first, second := ship(rules, []metrics.Release{released("1", "2026-11-16")},
		issue("2026-11-16 09:00 open", "2026-11-17 10:05 closed"),
		issue("2026-11-16 09:00 open", "2026-11-17 10:00 closed"),
		issue("2026-11-16 09:00 open", "2026-11-17 10:10 closed"),
		issue("2026-11-16 09:00 open", "2026-11-17 10:11 closed", "2026-11-18 09:00 open", "2026-11-19 09:00 closed"), // first entry only
		issue("2026-11-16 09:00 open", "2026-11-24 10:00 closed"),
		bug(nil, "2026-11-17 10:10 open"), bug(nil, "2026-11-17 10:11 open"), bug(nil, "2026-11-24 09:59 open"), bug(nil, "2026-11-17 09:59 open"),
	)
	if first.Deployments != 2 || first.DeployDays != 0b10 || second.Deployments != 1 {
		t.Errorf("%d on days %07b, then %d; want 2 on Tuesday, then 1", first.Deployments, first.DeployDays, second.Deployments)
	}
	if first.FailureNum != 2 || second.FailureNum != 0 || first.Excluded[metrics.ExcludedNoVersion] != 1 {
		t.Errorf("failed %d and %d, excluded %v", first.FailureNum, second.FailureNum, first.Excluded)
	}
}

package metrics

import "slices"

const (
	silentRounds  = 5 // over which few answers are amber
	silentRunning = 3 // running, each with few answers, are red
	usualRounds   = 3 // before the last one that its confidence is compared with
)

func (s *survey) lastRounds(n int) []Round {
	return s.board.Rounds[max(0, len(s.board.Rounds)-n):]
}

// answerShare is the share of one choice in the last round, as far as everyone
// may know it.
func (s *survey) answerShare(k Kind, choice string) Measure {
	rounds := s.lastRounds(1)
	if len(rounds) == 0 {
		return s.withheld(k, WithheldNoHistory, 0)
	}
	shown := Withhold(rounds[0].Answers, Outside)
	switch shown.Gate {
	case GateFew:
		return s.withheld(k, WithheldFewPeople, 0)
	case GateMixed:
		return s.withheld(k, WithheldMixed, 0)
	}
	all := 0
	for _, n := range shown.Counts {
		all += n
	}
	return s.share(k, shown.Counts[choice], all, minPeople)
}

// mismatch is S13 for the team: nearly everyone says "on track" while the odds
// of the sprint, on Kanban of a due date, are red.
func (s *survey) mismatch() []Reading {
	odds := SignalDueDate
	if s.board.Scrum {
		odds = SignalSprintAtRisk
	}
	m := s.answerShare(OnTrackUnderRed, OnTrack)
	if s.tierOf(odds) != TierRed && m.Withheld == NotWithheld {
		m.Value = 0 // nothing contradicts it
	}
	return one(Reading{Measures: []Measure{m}})
}

// silence is S14: how many answer, never who.
func (s *survey) silence() []Reading {
	return one(Reading{Measures: []Measure{s.responseOverFive(), s.responseOfThree()}})
}

func (s *survey) responseOverFive() Measure {
	rounds := s.lastRounds(silentRounds)
	asked, answered, n := 0, 0, 0
	for _, r := range rounds {
		if shown := Withhold(r.Answers, Outside); shown.Responded {
			asked, answered, n = asked+shown.Asked, answered+shown.Answered, n+1
		}
	}
	switch {
	case len(rounds) < silentRounds:
		return s.withheld(ResponseOverFive, WithheldNoHistory, len(rounds))
	case n < silentRounds:
		return s.withheld(ResponseOverFive, WithheldFewPeople, n)
	}
	m := s.ratio(ResponseOverFive, float64(answered), float64(asked), n)
	return m
}

// responseOfThree is the best response of the last three rounds: when it is
// low, all are.
func (s *survey) responseOfThree() Measure {
	rounds := s.lastRounds(silentRunning)
	if len(rounds) < silentRunning {
		return s.withheld(ResponseOfThree, WithheldNoHistory, len(rounds))
	}
	var best Measure
	for _, r := range rounds {
		shown := Withhold(r.Answers, Outside)
		rate, ok := shown.Rate()
		if !ok {
			return s.withheld(ResponseOfThree, WithheldFewPeople, 0)
		}
		if best.Kind == 0 || rate > best.Value {
			best = s.ratio(ResponseOfThree, float64(shown.Answered), float64(shown.Asked), len(rounds))
		}
	}
	return best
}

// confidence is S23: by how much the mean confidence fell below that of the
// three rounds before. A fall is positive, so that it eases as any other value.
func (s *survey) confidence() []Reading {
	rounds := s.lastRounds(usualRounds + 1)
	if len(rounds) <= usualRounds {
		return one(Reading{Measures: []Measure{s.withheld(ConfidenceDrop, WithheldNoHistory, len(rounds))}})
	}
	sum := 0.0
	for _, r := range rounds {
		if !r.Confidence.OK || r.Confidence.N < minPeople {
			return one(Reading{Measures: []Measure{s.withheld(ConfidenceDrop, WithheldFewPeople, 0)}})
		}
		sum += r.Confidence.Value
	}
	last := rounds[usualRounds].Confidence
	usual := (sum - last.Value) / usualRounds
	m := Measure{Kind: ConfidenceDrop, Value: usual - last.Value, Num: last.Value, Den: usual, N: last.N, Limits: s.limits.Limit(ConfidenceDrop)}
	return one(Reading{Measures: []Measure{m}})
}

// blockedAnswers is R12: the share of "blocked" answers, and for how many
// rounds running there were any.
func (s *survey) blockedAnswers() []Reading {
	return one(Reading{Measures: []Measure{s.answerShare(BlockedAnswerShare, Blocked), s.blockedRunning()}})
}

func (s *survey) blockedRunning() Measure {
	run, known := 0, 0
	for _, r := range slices.Backward(s.lastRounds(silentRounds)) {
		shown := Withhold(r.Answers, Outside)
		if shown.Gate != GateOpen {
			break
		}
		known++
		if shown.Counts[Blocked] == 0 {
			break
		}
		run++
	}
	if known == 0 {
		return s.withheld(BlockedAnswerDays, WithheldFewPeople, 0)
	}
	m := s.counted(BlockedAnswerDays, run)
	m.N = known
	return m
}

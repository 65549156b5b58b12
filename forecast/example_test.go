package forecast_test

import (
	"fmt"
	"slices"

	"headway/calendar"
	"headway/forecast"
)

// What delivery signals ask: will the sprint's remainder be done by its end,
// when is an epic done and will that be by its due date, and is the last
// fortnight out of the ordinary?
func Example() {
	friday := calendar.Date{Year: 2026, Month: 11, Day: 20}
	h := forecast.History{From: friday.AddDays(-7*15 + 1)}
	for range 15 {
		h.Done = slices.Concat(h.Done, []int{0, 0, 1, 2, 0, 1, 1}) // from Saturday on
	}
	pace, err := forecast.Learn(h)
	if err != nil {
		fmt.Println(err)
		return
	}
	finishes, err := pace.When(forecast.Scope{Epics: []forecast.PMF{forecast.Exactly(9), forecast.Exactly(30)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	sprint, epic := finishes[0], finishes[1]
	fmt.Printf("the sprint's 9 items by its end: %.0f %%\n", 100*sprint.Chance(friday.AddDays(14)))
	due, _ := epic.By(0.85)
	fmt.Printf("30 items more: 85 %% by %v, on 29 January %.0f %%\n", due, 100*epic.Chance(calendar.Date{Year: 2027, Month: 1, Day: 29}))
	usual := pace.HowMany(friday.AddDays(14))
	fmt.Printf("a fortnight: %d as a rule, below %d once in seven times\n", usual.AtLeast(0.5), usual.AtLeast(0.85))
	// Output:
	// the sprint's 9 items by its end: 74 %
	// 30 items more: 85 % by 2027-01-25, on 29 January 94 %
	// a fortnight: 10 as a rule, below 8 once in seven times
}

package calendar

import "testing"

func TestFewerDaysLeaveTheMostRoomBetweenThem(t *testing.T) {
	for _, c := range []struct {
		of   Weekdays
		n    int
		want string
	}{
		{MonToFri, 3, "Mon, Wed, Fri"},
		{MonToFri, 2, "Mon, Thu"}, // 3 and 4 days apart
		{MonToFri, 1, "Mon"},
		{Monday | Tuesday | Thursday | Friday, 2, "Mon, Thu"},
		{Tuesday | Wednesday | Thursday, 2, "Tue, Thu"},
		{EveryDay, 4, "Mon, Tue, Thu, Sat"},
		{Sunday | Monday, 1, "Mon"},
		{Monday | Friday, 3, "Mon, Fri"}, // nothing to leave out
		{MonToFri, 0, ""},
	} {
		if got := c.of.Spread(c.n).String(); got != c.want {
			t.Errorf("%d of %s: %q, want %q", c.n, c.of, got, c.want)
		}
	}
}

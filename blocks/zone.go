package blocks

import (
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"headway/calendar"
)

// zones are the choices of a time zone, a city or two for each offset and rule
// people live under. Any other zone a person or project already has is offered
// as well.
var zones = []struct {
	region string
	names  []string
}{
	{"Africa", []string{"Africa/Abidjan", "Africa/Cairo", "Africa/Casablanca", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "Africa/Tunis"}},
	{"America", []string{
		"America/Anchorage", "America/Argentina/Buenos_Aires", "America/Bogota", "America/Chicago", "America/Denver", "America/Halifax",
		"America/Lima", "America/Los_Angeles", "America/Mexico_City", "America/Montevideo", "America/New_York", "America/Panama",
		"America/Phoenix", "America/Santiago", "America/Sao_Paulo", "America/St_Johns", "America/Toronto", "America/Vancouver",
	}},
	{"Asia", []string{
		"Asia/Almaty", "Asia/Amman", "Asia/Baghdad", "Asia/Baku", "Asia/Bangkok", "Asia/Beirut", "Asia/Colombo", "Asia/Dhaka", "Asia/Dubai",
		"Asia/Ho_Chi_Minh", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jerusalem", "Asia/Kabul", "Asia/Karachi", "Asia/Kathmandu", "Asia/Kolkata",
		"Asia/Kuala_Lumpur", "Asia/Manila", "Asia/Riyadh", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Taipei", "Asia/Tashkent",
		"Asia/Tbilisi", "Asia/Tehran", "Asia/Tokyo", "Asia/Yangon", "Asia/Yerevan",
	}},
	{"Australia and Pacific", []string{
		"Australia/Adelaide", "Australia/Brisbane", "Australia/Darwin", "Australia/Melbourne", "Australia/Perth", "Australia/Sydney",
		"Pacific/Auckland", "Pacific/Fiji", "Pacific/Honolulu",
	}},
	{"Europe and Atlantic", []string{
		"Atlantic/Azores", "Atlantic/Reykjavik", "Europe/Amsterdam", "Europe/Athens", "Europe/Berlin", "Europe/Brussels", "Europe/Bucharest",
		"Europe/Budapest", "Europe/Copenhagen", "Europe/Dublin", "Europe/Helsinki", "Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon",
		"Europe/London", "Europe/Madrid", "Europe/Moscow", "Europe/Oslo", "Europe/Paris", "Europe/Prague", "Europe/Rome", "Europe/Sofia",
		"Europe/Stockholm", "Europe/Vienna", "Europe/Vilnius", "Europe/Warsaw", "Europe/Zurich",
	}},
	{"Coordinated", []string{"UTC"}},
}

// zoneElement offers the zones with initial among them.
func zoneElement(initial string) *slack.SelectBlockElement {
	known := false
	groups := make([]optionGroup, 0, len(zones)+1)
	for _, z := range zones {
		g := optionGroup{label: z.region}
		for _, n := range z.names {
			g.options = append(g.options, zoneOption(n))
		}
		known = known || slices.Contains(z.names, initial)
		groups = append(groups, g)
	}
	if initial != "" && !known && len(initial) <= maxOption {
		groups = append([]optionGroup{{"Chosen now", []Option{zoneOption(initial)}}}, groups...)
	}
	return groupedSelect(FieldZone, "Choose a time zone", groups, initial)
}

// zoneOption reads "Berlin (Europe)".
func zoneOption(zone string) Option {
	region, city, found := strings.Cut(zone, "/")
	if !found {
		return Option{Value: zone, Label: zone}
	}
	if i := strings.LastIndexByte(city, '/'); i >= 0 {
		city = city[i+1:]
	}
	return Option{Value: zone, Label: strings.ReplaceAll(city, "_", " ") + " (" + region + ")"}
}

// zone reads the zone of a form.
func (v Values) zone(errs FieldErrors) string {
	zone := v.Choice(FieldZone)
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		errs[FieldZone] = "Choose a time zone."
		return ""
	}
	return zone
}

// dayOptions are the days of the week as choices.
var dayOptions = []Option{
	{Value: "mon", Label: "Mon"}, {Value: "tue", Label: "Tue"}, {Value: "wed", Label: "Wed"}, {Value: "thu", Label: "Thu"},
	{Value: "fri", Label: "Fri"}, {Value: "sat", Label: "Sat"}, {Value: "sun", Label: "Sun"},
}

// dayValues are the chosen ones of dayOptions.
func dayValues(days calendar.Weekdays) []string {
	var out []string
	for i, o := range dayOptions {
		if days&(1<<i) != 0 {
			out = append(out, o.Value)
		}
	}
	return out
}

// days reads checked days; none is an error.
func (v Values) days(field string, errs FieldErrors) calendar.Weekdays {
	days, err := calendar.ParseWeekdays(strings.Join(v.Choices(field), ","))
	if err != nil {
		errs[field] = "Choose at least one day."
	}
	return days
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

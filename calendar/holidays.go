package calendar

import (
	"slices"
	"sync"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/ar"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/bg"
	"github.com/rickar/cal/v2/br"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cy"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/ee"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fi"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/gr"
	"github.com/rickar/cal/v2/hr"
	"github.com/rickar/cal/v2/hu"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/is"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/ke"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lu"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/mt"
	"github.com/rickar/cal/v2/mw"
	"github.com/rickar/cal/v2/mx"
	"github.com/rickar/cal/v2/nc"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/pt"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/rs"
	"github.com/rickar/cal/v2/ru"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/si"
	"github.com/rickar/cal/v2/sk"
	"github.com/rickar/cal/v2/th"
	"github.com/rickar/cal/v2/ua"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"
)

// Country is a country whose public holidays are known.
type Country struct {
	Code string // ISO 3166-1 alpha-2, upper case
	Name string // in English

	holidays []*cal.Holiday
}

// Countries lists the countries whose nationwide holidays are known, by name.
func Countries() []Country { return slices.Clone(countries) }

// Only holidays of the whole country count; regions differ, and a team adds
// theirs as days off.
var countries = []Country{
	{"AR", "Argentina", ar.Holidays},
	{"AU", "Australia", inEveryRegion(au.HolidaysACT, au.HolidaysNSW, au.HolidaysNT, au.HolidaysQLD,
		au.HolidaysSA, au.HolidaysTAS, au.HolidaysVIC, au.HolidaysWA)},
	{"AT", "Austria", at.Holidays},
	{"BE", "Belgium", be.Holidays},
	{"BR", "Brazil", br.Holidays},
	{"BG", "Bulgaria", bg.Holidays},
	{"CA", "Canada", ca.Holidays},
	{"HR", "Croatia", hr.Holidays},
	{"CY", "Cyprus", cy.Holidays},
	{"CZ", "Czechia", cz.Holidays},
	{"DK", "Denmark", dk.Holidays},
	{"EE", "Estonia", ee.Holidays},
	{"FI", "Finland", fi.Holidays},
	{"FR", "France", fr.Holidays},
	{"DE", "Germany", de.Holidays},
	{"GR", "Greece", gr.Holidays},
	{"HU", "Hungary", hu.Holidays},
	{"IS", "Iceland", is.Holidays},
	{"IE", "Ireland", ie.Holidays},
	{"IT", "Italy", it.Holidays},
	{"JP", "Japan", jp.Holidays},
	{"KE", "Kenya", ke.Holidays},
	{"LV", "Latvia", lv.Holidays},
	{"LT", "Lithuania", lt.Holidays},
	{"LU", "Luxembourg", lu.Holidays},
	{"MW", "Malawi", mw.Holidays},
	{"MT", "Malta", mt.Holidays},
	{"MX", "Mexico", mx.Holidays},
	{"NL", "Netherlands", nl.Holidays},
	{"NC", "New Caledonia", nc.Holidays},
	{"NZ", "New Zealand", nz.Holidays},
	{"NO", "Norway", no.Holidays},
	{"PL", "Poland", pl.Holidays},
	{"PT", "Portugal", pt.Holidays},
	{"RO", "Romania", ro.Holidays},
	{"RU", "Russia", ru.Holidays},
	{"RS", "Serbia", rs.Holidays},
	{"SK", "Slovakia", sk.Holidays},
	{"SI", "Slovenia", si.Holidays},
	{"ZA", "South Africa", za.Holidays},
	{"ES", "Spain", es.Holidays},
	{"SE", "Sweden", se.Holidays},
	{"CH", "Switzerland", ch.Holidays},
	{"TH", "Thailand", th.Holidays},
	{"UA", "Ukraine", ua.Holidays},
	{"GB", "United Kingdom", gb.Holidays},
	{"US", "United States", us.Holidays},
}

// Holiday says whether the day is a nationwide public holiday of the country,
// or the day on which one is observed. An unknown code has no holidays.
func Holiday(country string, d Date) bool { return HolidayName(country, d) != "" }

// HolidayName is how the country itself calls the holiday of that day, "" where
// there is none.
func HolidayName(country string, d Date) string {
	if country == "" {
		return ""
	}
	return holidaysOf(country, d.Year)[d]
}

type countryYear struct {
	code string
	year int
}

var holidayCache sync.Map // countryYear to map[Date]string

func holidaysOf(code string, year int) map[Date]string {
	key := countryYear{code, year}
	if days, ok := holidayCache.Load(key); ok {
		return days.(map[Date]string)
	}
	i := slices.IndexFunc(countries, func(c Country) bool { return c.Code == code })
	if i < 0 {
		return nil
	}
	days := publicDays(countries[i].holidays, year)
	holidayCache.Store(key, days)
	return days
}

// publicDays also asks the years beside: a New Year's Day on a Saturday may be
// observed on 31 December.
func publicDays(holidays []*cal.Holiday, year int) map[Date]string {
	days := map[Date]string{}
	for _, h := range holidays {
		if h.Type == cal.ObservanceReligious || h.Type == cal.ObservanceOther {
			continue
		}
		for y := year - 1; y <= year+1; y++ {
			actual, observed := h.Calc(y)
			if actual.IsZero() {
				continue
			}
			days[DateOf(observed, observed.Location())] = h.Name
			days[DateOf(actual, actual.Location())] = h.Name
		}
	}
	return days
}

func inEveryRegion(first []*cal.Holiday, others ...[]*cal.Holiday) []*cal.Holiday {
	return slices.DeleteFunc(slices.Clone(first), func(h *cal.Holiday) bool {
		return slices.ContainsFunc(others, func(region []*cal.Holiday) bool { return !slices.Contains(region, h) })
	})
}

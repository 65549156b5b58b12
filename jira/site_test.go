package jira

import (
	"errors"
	"testing"
)

func TestSiteNameAcceptsWhatPeoplePaste(t *testing.T) {
	for typed, want := range map[string]string{
		"acme":                                "acme",
		" Acme ":                              "acme",
		"a":                                   "a",
		"acme-2.atlassian.net":                "acme-2",
		"ACME.Atlassian.NET":                  "acme",
		"acme.atlassian.net/":                 "acme",
		"https://acme.atlassian.net":          "acme",
		"https://acme.atlassian.net/jira/x?y": "acme",
	} {
		if got, err := SiteName(typed); got != want || err != nil {
			t.Errorf("SiteName(%q) = %q, %v; want %q", typed, got, err, want)
		}
	}
}

func TestSiteNameRefusesEveryOtherHost(t *testing.T) {
	for _, typed := range []string{
		"", " ", "-acme", "acme-", "a_b", "ac me", "acme.", "acme.example.com", "atlassian.net",
		"https://acme.atlassian.net@evil.com",
		"https://evil.com#.atlassian.net",
		"https://evil.com/.atlassian.net",
		"https://evil.com?.atlassian.net",
		"https://evil.com\\.atlassian.net",
		"https://user@acme.atlassian.net",
		"acme.atlassian.net.",
		"acme.atlassian.net:8443",
		"acme.atlassian.net:",
		"a.b.atlassian.net",
		"acme.atlassian.net.evil.com",
		"acmeatlassian.net",
		"http://acme.atlassian.net",
		"ftp://acme.atlassian.net",
		"https://аcme.atlassian.net", // a Cyrillic а
		"https://acme%2eatlassian.net",
		"acme\n.atlassian.net",
	} {
		if got, err := SiteName(typed); !errors.Is(err, errSiteName) {
			t.Errorf("SiteName(%q) = %q, %v; want the sentence that says what to type", typed, got, err)
		}
	}
}

func FuzzSiteNameStaysOneLabel(f *testing.F) {
	f.Add("https://acme.atlassian.net@evil.com")
	f.Add("acme.atlassian.net:8443")
	f.Fuzz(func(t *testing.T, typed string) {
		if name, err := SiteName(typed); err == nil && !siteNamePattern.MatchString(name) {
			t.Errorf("SiteName(%q) = %q, which is no host name", typed, name)
		}
	})
}

func TestOpenRefusesASandboxElsewhere(t *testing.T) {
	for _, base := range []string{
		"https://evil.com", "http://10.0.0.1:80", "http://127.0.0.1.evil.com", "http://127.0.0.1@evil.com",
		"http://user@127.0.0.1:80", "http://127.0.0.1:80/path", "http://127.0.0.1:80?x", "ftp://127.0.0.1", "127.0.0.1:80",
	} {
		if _, err := Open(Options{Base: base}); err == nil {
			t.Errorf("Open with base %q succeeded", base)
		}
	}
	for _, base := range []string{"http://127.0.0.1:8081", "http://127.0.0.1:8081/", "http://localhost:1", "http://[::1]:1"} {
		if _, err := Open(Options{Base: base}); err != nil {
			t.Errorf("Open with base %q: %v", base, err)
		}
	}
}

func TestOpenRefusesASiteThatIsNone(t *testing.T) {
	if _, err := Open(Options{Site: "https://evil.com"}); !errors.Is(err, errSiteName) {
		t.Errorf("err = %v", err)
	}
}

func TestDialingStaysWhereItBelongs(t *testing.T) {
	for _, address := range []string{"10.1.2.3:443", "127.0.0.1:443", "[::1]:443", "169.254.1.1:443", "192.168.0.9:443", "[fe80::1]:443", "[fd00::1]:443", "0.0.0.0:443", "[::ffff:10.0.0.1]:443", "nonsense"} {
		if onlyPublic(address) == nil {
			t.Errorf("a site may resolve to %s", address)
		}
	}
	if err := onlyPublic("104.192.142.1:443"); err != nil {
		t.Error(err)
	}
	if err := onlyLoopback("127.0.0.1:8081"); err != nil {
		t.Error(err)
	}
	if onlyLoopback("104.192.142.1:443") == nil {
		t.Error("a sandbox may resolve to a public address")
	}
}

func TestLinksForPeople(t *testing.T) {
	c, err := Open(Options{Site: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.BrowseURL("PAY-7"); got != "https://acme.atlassian.net/browse/PAY-7" {
		t.Error(got)
	}
	if got := c.SearchURL(JQLProject(10001)); got != "https://acme.atlassian.net/issues/?jql=project+%3D+10001" {
		t.Error(got)
	}
}

package jira_test

import (
	"net/http"
	"net/url"
	"testing"
)

type account struct{ AccountID, EmailAddress, AccountType string }

func TestOnlyMembersMayBrowseTheProjects(t *testing.T) {
	s := start(t)
	for id, want := range map[string]int{"sbx:1": 1, "sbx:9": 1, "sbx:100": 1, "sbx:11": 0, "sbx:200": 0, "unknown": 0} {
		for _, project := range []string{"PAY", "OPS"} {
			var users []account
			s.get("/rest/api/3/user/viewissue/search?projectKey="+project+"&accountId="+url.QueryEscape(id), &users)
			if len(users) != want {
				t.Errorf("%s on %s: %d users, want %d", id, project, len(users), want)
			}
		}
	}
	if resp, _ := s.do("GET", "/rest/api/3/user/viewissue/search?projectKey=NOPE&accountId=sbx:1", ""); resp.StatusCode != http.StatusNotFound {
		t.Errorf("unknown project: %s", resp.Status)
	}
	s.refused("GET", "/rest/api/3/user/viewissue/search?projectKey=PAY&accountId=sbx:1&query=mira", "")
}

func TestPermissionsOfOthersNeedAnAdministrator(t *testing.T) {
	s := start(t)
	body := `{"accountId":"sbx:3","projectPermissions":[{"permissions":["BROWSE_PROJECTS"],"projects":[10001]}]}`
	if resp, _ := s.do("POST", "/rest/api/3/permissions/check", body); resp.StatusCode != http.StatusForbidden {
		t.Errorf("another's permissions: %s", resp.Status)
	}
	s.fault("admin", "")
	var answer struct {
		ProjectPermissions []struct{ Projects []int64 }
	}
	s.expect("POST", "/rest/api/3/permissions/check", body, &answer)
	if len(answer.ProjectPermissions[0].Projects) != 1 {
		t.Errorf("as administrator: %+v", answer)
	}
}

func TestUserSearchComesBackEmptyWithoutThePermission(t *testing.T) {
	s := start(t)
	find := func() []account {
		var users []account
		s.get("/rest/api/3/user/search?query=mira@acme.test", &users)
		return users
	}
	if u := find(); len(u) != 1 || u[0].AccountID != "sbx:1" {
		t.Errorf("by address: %+v", u)
	}
	s.fault("hidden_emails", "")
	if u := find(); len(u) != 0 {
		t.Errorf("a hidden address was found: %+v", u)
	}
	s.fault("hidden_emails", `{"on":false}`)
	s.fault("no_browse_users", "")
	if u := find(); len(u) != 0 {
		t.Errorf("without the permission: %+v", u)
	}
}

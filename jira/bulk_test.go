package jira

import (
	"fmt"
	"strings"
)

// bulk is a page of 100 issues and one of their 18 changes each.
func bulk() (issues, changes []byte) {
	avatars := `"avatarUrls":{"48x48":"https://secure.gravatar.com/avatar/0?d=https%3A%2F%2Favatar.example%2Finitials%2FA-0.png","24x24":"https://secure.gravatar.com/avatar/0?d=x"},`
	var list, logs []string
	for id := range 100 {
		list = append(list, wire(id+1, `,"customfield_10016":3,"customfield_10020":[{"id":3,"name":"Sprint 3","state":"active","boardId":1,"goal":"","startDate":"2026-05-05T17:55:31.879Z"}],"customfield_10021":null`))
		var histories []string
		for n := range 18 {
			histories = append(histories, moved(n, "1", "2", `{`+avatars+`"accountId":"sbx:1","accountType":"atlassian","displayName":"Ada","timeZone":"Europe/Berlin"}`))
		}
		logs = append(logs, fmt.Sprintf(`{"issueId":"%d","changeHistories":[%s]}`, id+1, strings.Join(histories, ",")))
	}
	return fmt.Appendf(nil, `{"issues":[%s],"isLast":true}`, strings.Join(list, ",")),
		fmt.Appendf(nil, `{"issueChangeLogs":[%s]}`, strings.Join(logs, ","))
}

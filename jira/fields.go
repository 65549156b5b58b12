package jira

import (
	"context"
	"slices"
	"strings"
)

// Field is a field of the site. The zero Field is one that the site lacks.
type Field struct{ ID, Name string }

// Fields are the fields whose ids differ from site to site.
type Fields struct {
	Points   []Field // candidates for the estimate; an admin picks where there are several
	Sprint   Field
	Flagged  Field
	EpicLink Field
}

type rawField struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Untranslated string   `json:"untranslatedName"`
	Clauses      []string `json:"clauseNames"` // the names that JQL takes, not localised
	Schema       struct {
		Custom string `json:"custom"`
	} `json:"schema"`
}

// Field types of Jira Software and of custom fields.
const (
	typeSprint   = "com.pyxis.greenhopper.jira:gh-sprint"
	typeEpicLink = "com.pyxis.greenhopper.jira:gh-epic-link"
	typePoints   = "com.pyxis.greenhopper.jira:jsw-story-points" // team-managed
	typeFloat    = "com.atlassian.jira.plugin.system.customfieldtypes:float"
	typeChecks   = "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"
)

// Fields finds the fields by their types, and by name only where a type serves
// many fields.
func (c *Client) Fields(ctx context.Context) (Fields, error) {
	var list []rawField
	if err := c.get(ctx, "rest/api/3/field", nil, &list); err != nil {
		return Fields{}, err
	}
	var found Fields
	for _, f := range list {
		field := Field{ID: f.ID, Name: f.Name}
		switch {
		case f.Schema.Custom == typePoints, f.Schema.Custom == typeFloat && f.named("story points"):
			found.Points = append(found.Points, field)
		case f.Schema.Custom == typeSprint:
			found.Sprint = field
		case f.Schema.Custom == typeEpicLink:
			found.EpicLink = field
		case f.Schema.Custom == typeChecks && f.named("flagged"):
			found.Flagged = field
		}
	}
	return found, nil
}

// named compares with every name that is the same in all languages, too.
func (f rawField) named(name string) bool {
	return slices.ContainsFunc(append(f.Clauses, f.Name, f.Untranslated), func(n string) bool {
		return strings.EqualFold(n, name)
	})
}

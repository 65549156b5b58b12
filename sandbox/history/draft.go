package history

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// draft is an issue of the generated team while its life is being written. Its
// keys are provisional ("PAY?17") until finish numbers all in order of time.
type draft struct {
	*Issue
	now    Fields // after the last change
	last   time.Time
	site   *Site
	epic   *draft
	keys   []keyGrant
	owner  *worker
	effort float64 // working days left before the next hand-over
	rank   float64 // lower comes first
	agent  bool    // an AI agent takes part
	urgent bool
	until  time.Time   // end of a wait or a block
	stints []time.Time // when somebody worked on it
	reopen time.Time   // zero: never
}

type keyGrant struct {
	project *Project
	at      time.Time
	key     string
}

// grant gives the issue a provisional key in the project.
func (d *draft) grant(p *Project, at time.Time) string {
	key := fmt.Sprintf("%s?%d", p.Key, d.ID)
	d.keys = append(d.keys, keyGrant{p, at, key})
	return key
}

// change appends a history entry, a little later than asked if something else
// happened to the issue since.
func (d *draft) change(at time.Time, by string, items ...Item) {
	if !at.After(d.last) {
		at = d.last.Add(97 * time.Second)
	}
	at = at.Truncate(time.Millisecond)
	for _, it := range items {
		d.now.apply(it)
	}
	d.Changes = append(d.Changes, Change{At: at, By: by, Items: items})
	d.last = at
}

// free tells whether nothing happens to the issue at or after t.
func (d *draft) free(t time.Time) bool { return d.last.Before(t) }

func (d *draft) status(to string) Item {
	return idItem("status", "status", d.now.Status, d.site.Status(d.now.Status).Name, to, d.site.Status(to).Name)
}

func (d *draft) resolution(to string) Item {
	rs := d.site.Resolutions
	return Item{"resolution", "resolution", optional(d.now.Resolution), optional(NameOf(rs, d.now.Resolution)),
		optional(to), optional(NameOf(rs, to))}
}

func (d *draft) assign(to string) Item {
	from, _ := d.site.User(d.now.Assignee)
	user, _ := d.site.User(to)
	return Item{"assignee", "assignee", optional(from.AccountID), optional(from.Name), optional(to), optional(user.Name)}
}

func (d *draft) points(to float64) Item {
	it := Item{Field: "Story Points", FieldID: FieldPoints, ToText: new(fmt.Sprint(to))}
	if d.now.Points != nil {
		it.FromText = new(fmt.Sprint(*d.now.Points))
	}
	return it
}

func (d *draft) flag(on bool) Item {
	if on {
		return idItem("Flagged", FieldFlagged, "", "", "[10019]", "Impediment")
	}
	return idItem("Flagged", FieldFlagged, "[10019]", "Impediment", "", "")
}

// toSprint adds the sprint to those the issue was in; a planned one that has
// not begun gives way to it.
func (d *draft) toSprint(sp *Sprint) Item {
	to := slices.DeleteFunc(slices.Clone(d.now.Sprints), func(id int64) bool { return id >= sp.ID })
	return d.sprints(append(to, sp.ID))
}

func (d *draft) sprints(to []int64) Item {
	from, fromNames := d.sprintLists(d.now.Sprints)
	ids, names := d.sprintLists(to)
	return idItem("Sprint", FieldSprint, from, fromNames, ids, names)
}

func (d *draft) sprintLists(list []int64) (ids, names string) {
	var is, ns []string
	for _, id := range list {
		is = append(is, fmt.Sprint(id))
		if _, sp := d.site.Sprint(id); sp != nil {
			ns = append(ns, sp.Name)
		}
	}
	return strings.Join(is, ", "), strings.Join(ns, ", ")
}

func (d *draft) relabel(add string) Item {
	to := append(slices.Clone(d.now.Labels), add)
	return idItem("labels", "labels", "", strings.Join(d.now.Labels, " "), "", strings.Join(to, " "))
}

func (d *draft) parent(to *draft) Item {
	it := Item{Field: "IssueParentAssociation"}
	if d.epic != nil {
		it.From, it.FromText = new(fmt.Sprint(d.epic.ID)), new(d.epic.now.Key)
	}
	if to != nil {
		it.To, it.ToText = new(fmt.Sprint(to.ID)), new(to.now.Key)
	}
	return it
}

func (d *draft) blockedBy(other *draft) Item {
	return Item{Field: "Link", FieldID: "issuelinks", To: new(other.now.Key),
		ToText: new("This issue is blocked by " + other.now.Key)}
}

func (d *draft) blocks(other *draft) Item {
	return Item{Field: "Link", FieldID: "issuelinks", To: new(other.now.Key),
		ToText: new("This issue blocks " + other.now.Key)}
}

// fixVersion exchanges one version for another; nil is none.
func fixVersion(from, to *Version) Item {
	it := Item{Field: "Fix Version", FieldID: "fixVersions"}
	if from != nil {
		it.From, it.FromText = new(from.ID), new(from.Name)
	}
	if to != nil {
		it.To, it.ToText = new(to.ID), new(to.Name)
	}
	return it
}

func idItem(field, id, from, fromText, to, toText string) Item {
	return Item{field, id, &from, &fromText, &to, &toText}
}

package blocks

import (
	"regexp"
	"strings"
)

// Linking a Slack user to a Jira account.
var (
	LinkRequest = Action[None]{"link.request"}    // asks the admins
	LinkConfirm = Action[LinkRef]{"link.confirm"} // opens LinkForm for an admin
)

// The fields of LinkForm.
const (
	FieldUser    = "user"
	FieldAccount = "account"
)

// LinkCtx is carried by LinkForm.
type LinkCtx struct {
	Connection string `json:"c"`
	User       string `json:"u,omitempty"`
}

// LinkInput is a pair an admin confirms: a Slack user and a Jira account id.
type LinkInput struct{ User, Account string }

// LinkSubmit is an admin's confirmation.
var LinkSubmit = Form[LinkCtx, LinkInput]{"link", parseLink}

const linkTitle = "Link a Jira account"

// LinkView fills LinkForm.
type LinkView struct {
	Ctx     LinkCtx
	Site    string
	Input   LinkInput
	Problem string
	Errors  FieldErrors
}

// LinkForm lets an admin say which Jira account belongs to a Slack user.
func LinkForm(v LinkView) View {
	s := newSheet(v.Problem, v.Errors)
	s.say("Whoever is linked sees in Headway what Jira (" + name(v.Site) + ") lets that account see. Please be sure that both are the same person.")
	s.input(FieldUser, "Slack user", "", userElement(FieldUser, v.Input.User), false)
	s.input(FieldAccount, "Jira account", "The account id, or the address of the person's Jira profile, which ends in it.", textElement(FieldAccount, "5b10ac8d82e05b22cc7d4ef5", v.Input.Account, 300), false)
	return View{Form: LinkSubmit.Name, Title: linkTitle, Submit: "Link", Close: "Cancel", Blocks: s.blocks, Carried: LinkSubmit.Carry(v.Ctx)}
}

var accountID = regexp.MustCompile(`^[A-Za-z0-9:_-]{5,128}$`)

// parseLink takes the account id out of a profile's address,
// https://acme.atlassian.net/jira/people/5b10….
func parseLink(v Values) (LinkInput, FieldErrors) {
	errs := FieldErrors{}
	in := LinkInput{User: v.Choice(FieldUser), Account: strings.TrimSpace(v.Text(FieldAccount))}
	if _, after, ok := strings.Cut(in.Account, "/people/"); ok {
		in.Account, _, _ = strings.Cut(after, "?")
		in.Account, _, _ = strings.Cut(in.Account, "/")
		in.Account = strings.ReplaceAll(in.Account, "%3A", ":")
	}
	if in.User == "" {
		errs[FieldUser] = "Choose a person."
	}
	if !accountID.MatchString(in.Account) {
		errs[FieldAccount] = "This is no account id. Open the person's profile in Jira and copy its address."
	}
	return in, errs.orNil()
}

// LinkAskView is someone who asked for figures without a linked account.
type LinkAskView struct {
	Key string // of the project, "" for none in particular
}

// LinkAsk says what is missing and how to get it.
func LinkAsk(v LinkAskView) Message {
	what := "figures"
	if v.Key != "" {
		what = name(v.Key)
	}
	var c card
	c.sayWith("You are not linked to a Jira account yet, so I can't show "+what+".", LinkRequest.Primary("", "Link my account", ""))
	return c.message()
}

// LinkAsked confirms to the person that the admins were asked.
func LinkAsked(admins int) Message {
	return said("I asked " + count(admins, "admin", "admins") + " to link you. You will hear from me.")
}

// LinkRequestView is a request as the admins see it.
type LinkRequestView struct {
	Ref  LinkRef
	User string // Slack user id
	Site string
}

// LinkRequested asks an admin to link a person.
func LinkRequested(v LinkRequestView) Message {
	var c card
	c.sayWith(Mention(v.User)+" would like to be linked to a Jira account on "+name(v.Site)+", to see what Jira lets that account see.",
		LinkConfirm.Primary(v.Ref, "Link account", ""))
	return c.message()
}

// LinkedView is a link between a Slack user and a Jira account.
type LinkedView struct {
	User    string // Slack user id
	Site    string
	ToAdmin bool   // said to the admin, else to the person
	Account string // the account's name in Jira, for the admin's eyes only
}

// Linked tells both sides.
func Linked(v LinkedView) Message {
	if v.ToAdmin && v.Account != "" {
		return said(Mention(v.User) + " is linked to the Jira account of " + name(v.Account) + " on " + name(v.Site) + ". If that is not the same person, take it back with `unlink`.")
	}
	if v.ToAdmin {
		return said(Mention(v.User) + " is linked to a Jira account on " + name(v.Site) + ".")
	}
	return said("You are linked to your Jira account on " + name(v.Site) + ". You can ask for reports now.")
}

// LinkedNotice is Linked in the form's place, for the admin.
func LinkedNotice(v LinkedView) View {
	v.ToAdmin = true
	s := newSheet("", nil)
	s.say(Linked(v).Text)
	return View{Title: linkTitle, Close: "Close", Blocks: s.blocks}
}

// LinkedByEmail tells a person that they were linked without anyone's doing.
func LinkedByEmail(v LinkedView) Message {
	return said("You are linked to your Jira account on " + name(v.Site) + ", as Slack and Jira have the same email of you. Headway shows you what Jira lets that account see. If it is not yours, an admin can take it back.")
}

// Unlinked tells both sides that a link was taken back.
func Unlinked(v LinkedView) Message {
	if v.ToAdmin {
		return said(Mention(v.User) + " is not linked to a Jira account any more. Only an admin can link them again.")
	}
	return said("An admin took back your link to a Jira account on " + name(v.Site) + ". Reports stay closed to you until an admin links you again.")
}

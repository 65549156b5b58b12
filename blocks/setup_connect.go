package blocks

import (
	"regexp"
	"strings"

	"headway/calendar"
	"headway/secret"
)

// ConnectReplace opens ConnectForm for a connection whose token has to be
// renewed.
var ConnectReplace = Action[ConnectionID]{"connect.replace"}

// The fields of the connect forms.
const (
	FieldSite    = "site"
	FieldEmail   = "email"
	FieldToken   = "token"
	FieldExpires = "expires"
	FieldFromEnv = "from_env"
)

// ConnectInput is a connection as it was entered. Site is the name alone where
// that could be read ("acme"), else the text as typed.
type ConnectInput struct {
	Site    string
	Email   string
	Token   secret.Secret // empty where FromEnv, or to keep the one entered before
	Expires calendar.Date // zero when it was not given
	FromEnv bool          // use the token of the environment
}

// The connect forms: the wizard's first step, and the same alone.
var (
	SetupConnectSubmit = Form[SetupCtx, ConnectInput]{"setup.connect", parseConnect}
	ConnectSubmit      = Form[SetupCtx, ConnectInput]{"connect", parseConnect}
)

// ConnectView fills a connect form. A token is never put back into it.
type ConnectView struct {
	Ctx      SetupCtx
	Input    ConnectInput
	EnvToken bool // a token is in the environment and may be used
	HasToken bool // Ctx.Token holds the one entered before, so the field may stay empty
	Problem  string
	Errors   FieldErrors
}

// SetupConnect is the wizard's first step.
func SetupConnect(v ConnectView) View {
	s := wizardSheet(StepConnect, v.Problem, v.Errors)
	s.connect(v)
	return View{Form: SetupConnectSubmit.Name, Title: wizardTitle, Submit: "Next", Close: "Close", Blocks: s.blocks, Carried: SetupConnectSubmit.Carry(v.Ctx)}
}

// ConnectForm connects a Jira site, or renews its token.
func ConnectForm(v ConnectView) View {
	s := newSheet(v.Problem, v.Errors)
	s.connect(v)
	return View{Form: ConnectSubmit.Name, Title: "Connect Jira", Submit: "Connect", Close: "Cancel", Blocks: s.blocks, Carried: ConnectSubmit.Carry(v.Ctx)}
}

func (s *sheet) connect(v ConnectView) {
	s.say("Headway only ever reads Jira. An account that can see the project is enough; it needs no admin right.")
	s.input(FieldSite, "Jira site", "The first part of your Jira's address: acme for acme.atlassian.net.", textElement(FieldSite, "acme", v.Input.Site, 100), false)
	s.input(FieldEmail, "Email of the Jira account", "", emailElement(FieldEmail, v.Input.Email), false)
	s.token(v)
	s.input(FieldExpires, "Token expires on", "Atlassian's tokens live at most a year. All admins are told in time.", dateElement(FieldExpires, v.Input.Expires), true)
	if v.EnvToken {
		s.input(FieldFromEnv, "Or", "", checkboxes(FieldFromEnv, fromEnvOptions, when(v.Input.FromEnv, fromEnvOptions[0].Value)), true)
	}
}

func (s *sheet) token(v ConnectView) {
	if !v.HasToken {
		s.input(FieldToken, "API token", "Make one at id.atlassian.com, Security, API tokens. It is stored encrypted and never shown again.", textElement(FieldToken, "", "", 500), v.EnvToken)
		return
	}
	s.problem(s.errors[FieldToken])
	s.input(keptToken, "API token", "Leave it empty to use the one you entered before.", textElement(FieldToken, "", "", 500), true)
}

// keptToken is the block_id of a token field that may stay empty.
const keptToken = FieldToken + ":kept"

var fromEnvOptions = []Option{{Value: "env", Label: "Use the token from the environment", Detail: "Then the database holds none."}}

var (
	emailShape = regexp.MustCompile(`^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$`)
	siteName   = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
)

func parseConnect(v Values) (ConnectInput, FieldErrors) {
	errs := FieldErrors{}
	in := ConnectInput{
		Site:    siteOf(v.Text(FieldSite)),
		Email:   clean(v.Text(FieldEmail)),
		Token:   secret.Secret(strings.TrimSpace(v.Text(v.Named(FieldToken)))),
		Expires: v.Date(FieldExpires),
		FromEnv: len(v.Choices(FieldFromEnv)) > 0,
	}
	if !siteName.MatchString(in.Site) {
		errs[FieldSite] = "Enter the name of the site only, such as acme for acme.atlassian.net."
	}
	if !emailShape.MatchString(in.Email) {
		errs[FieldEmail] = "This is no email address."
	}
	if _, kept := v[keptToken]; in.Token.Empty() && !in.FromEnv && !kept {
		errs[FieldToken] = "Paste the API token."
	}
	return in, errs.orNil()
}

// siteOf takes the name out of what people paste. Anything beyond a plain
// address of the site stays as typed, and so is refused.
func siteOf(typed string) string {
	s := strings.ToLower(clean(typed))
	s = strings.TrimPrefix(s, "https://")
	s = strings.TrimSuffix(s, "/")
	return strings.TrimSuffix(s, ".atlassian.net")
}

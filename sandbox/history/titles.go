package history

// Invented titles. The sandbox shows them on its Jira pages; the bot stores none.

// epicPlan is an epic's course in weeks since the start of the generated history.
type epicPlan struct {
	title string
	topic string // what its children are about
	week  int    // when its first children are written
	size  int    // children in the end; 0: not broken down yet
	grow  int    // weeks over which the last third of the children appears
	due   int    // week of its due date, 0: none
}

// payEpics and opsEpics are in order of their weeks.
var payEpics = []epicPlan{
	{"Checkout redesign", "the new checkout", -4, 34, 7, 12},
	{"SEPA instant payouts", "instant payouts", 0, 28, 9, 0},
	{"Refunds by the customer", "customer refunds", 6, 30, 6, 20},
	{"3-D Secure 2.3", "the 3-D Secure step", 11, 26, 8, 24},
	{"Invoice downloads", "invoice downloads", 16, 24, 6, 0},
	{"Fraud rules editor", "fraud rules", 20, 36, 12, 36},
	{"Wallet payments", "wallet payments", 26, 30, 8, 38},
	{"Dispute inbox", "the dispute inbox", 31, 30, 7, 0},
	{"Prices in many currencies", "multi-currency prices", 36, 32, 10, 50},
	{"Payout calendar", "the payout calendar", 41, 28, 9, 55},
	{"Saved cards", "saved cards", 45, 34, 14, 60},
	{"Split payments", "split payments", 49, 30, 12, 66},
	{"Bank transfers in the US", "US bank transfers", 50, 0, 0, 72},
	{"Loyalty points at checkout", "loyalty points", 51, 0, 0, 0},
	{"Subscriptions", "subscriptions", 55, 32, 8, 0},
	{"Pay by link", "pay by link", 60, 26, 6, 0},
}

var opsEpics = []epicPlan{
	{"Move to the new cluster", "the cluster move", -3, 26, 10, 22},
	{"Backups we can restore", "backups", 12, 20, 8, 0},
	{"One sign-on for internal tools", "single sign-on", 24, 24, 9, 40},
	{"Tracing in every service", "tracing", 36, 26, 12, 58},
	{"Cost of cloud storage", "storage cost", 46, 18, 8, 0},
	{"Second region", "the second region", 51, 0, 0, 70},
}

// chores are what a child of an epic is about; %s is the epic's topic.
var chores = []string{
	"Sketch the data model for %s", "API for %s", "First screen of %s", "Validate input of %s",
	"Show errors of %s in plain words", "Permissions for %s", "Write audit entries for %s",
	"Metrics and alerts for %s", "Retry failed calls in %s", "Time limits for %s",
	"Migrate old records to %s", "Feature switch for %s", "Load test %s", "Help page about %s",
	"Translate %s", "Keyboard use of %s", "Empty state of %s", "E-mail about %s",
	"Export of %s", "Search in %s", "Filters for %s", "Webhooks for %s", "Limits per merchant for %s",
	"Idempotent writes in %s", "Nightly clean-up for %s", "Sandbox data for %s", "Reconcile %s with the ledger",
	"Dashboard for %s", "Settings page for %s", "Mobile layout of %s", "Support view of %s",
	"Remove the old path before %s", "Security review of %s", "Dark theme for %s", "Undo in %s", "Notes for the release of %s",
}

var payWork = []string{
	"Show the payment method on receipts", "Faster search in the merchant portal", "Rename statuses in the export",
	"Longer session for support staff", "New bank holidays for payouts", "Copy button for payment ids",
	"Update the card scheme logos", "Sort refunds by date", "Round totals the same way everywhere",
	"Explain declined payments", "Let merchants pause a payout", "Add tax ids to invoices",
	"Shorter loading time of the dashboard", "Warn before a certificate ends", "Update the payment library",
	"Remove the unused coupon table", "Clean up feature switches", "Document the webhook signatures",
}

var payBugs = []string{
	"Receipt shows the wrong time zone", "Double click pays twice in the test shop", "Refund e-mail has an empty greeting",
	"Amounts over one million lose a digit in the export", "Card form jumps on small screens", "Webhook sent twice after a time-out",
	"Search finds no umlauts", "Payout page is blank without payouts", "Wrong currency sign in the PDF",
	"Filter is lost after going back", "Error 500 for expired links", "Totals differ by a cent",
	"Session ends during 3-D Secure", "Old logo in one e-mail", "Date picker starts the week on Sunday",
}

var opsWork = []string{
	"Rotate database passwords", "Upgrade the message queue", "New dashboard for disk space", "Shorten build time of the portal",
	"Renew certificates", "Clean up old images", "Alert on slow queries", "Access for the new colleague",
	"Archive logs after 90 days", "Patch the base image", "Run book for the payment queue", "Test the restore of the ledger",
	"Tighten firewall rules", "Split the staging database", "Update the ingress", "Limit memory of batch jobs",
	"Move cron jobs to the scheduler", "Record deployments in one place", "Add health checks to the importer",
}

var opsBugs = []string{
	"Nightly job runs twice after the clock change", "Alert fires for a removed host", "Build fails on a full disk",
	"Log lines without a request id", "Staging mail goes to real people", "Metrics lost after a restart",
	"Slow start of the importer", "Health check answers too early",
}

var outages = []string{
	"Checkout answers slowly", "Payout queue stands still", "Card payments fail in one region", "Portal is not reachable",
	"Database fails over again and again", "Webhooks are late", "Sign-in fails for some staff", "Disk of the ledger is full",
	"Certificate of the API ended", "Error rate of refunds is high",
}

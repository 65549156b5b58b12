// Package bench measures how fast interactions are acked: Headway's bot, only
// answering or with a durable effect on SQLite and on PostgreSQL, beside the same
// echo on Slack's own Bolt for Node, against the same sandbox in this process:
//
//	go test -run '^$' -bench Acks ./bench
//
// A command's way begins and ends in the sandbox, whose own work is part of
// every figure. Bolt runs where node and its packages are installed: npm ci in a
// copy of sandbox/slack/testdata/node, and HEADWAY_NODE_MODULES names the
// node_modules there. Without them its rows are left out with a line. The
// databases wait for the disk, as in earnest.
package bench

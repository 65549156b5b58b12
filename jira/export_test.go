package jira

// Described is for the tests before a sandbox.
var Described = described

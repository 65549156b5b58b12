package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"headway/blocks"
)

// Router knows which function serves which interaction. It is filled before
// Run; registering a name twice panics, as two owners of one button are a
// mistake of the program.
type Router struct {
	command   func(context.Context, Who, string) (Reply, error)
	actions   map[string]func(context.Context, Click[string]) (Reply, error)
	forms     map[string]func(context.Context, Who, string, blocks.Values) (Reply, error)
	options   map[string]func(context.Context, Who, string, string) ([]blocks.Option, error)
	shortcuts map[string]func(context.Context, Who) (Reply, error)
	events    map[string]func(context.Context, Who, json.RawMessage) (Reply, error)
	always    map[string]bool // kinds of event that are served wherever the app is not installed any more
	home      func(context.Context, Who) (Reply, error)
	onError   func(context.Context, Who, error) (blocks.Message, string)
}

func newRouter() *Router {
	return &Router{
		actions:   map[string]func(context.Context, Click[string]) (Reply, error){},
		forms:     map[string]func(context.Context, Who, string, blocks.Values) (Reply, error){},
		options:   map[string]func(context.Context, Who, string, string) ([]blocks.Option, error){},
		shortcuts: map[string]func(context.Context, Who) (Reply, error){},
		events:    map[string]func(context.Context, Who, json.RawMessage) (Reply, error){},
		always:    map[string]bool{},
	}
}

// On registers what a click on a does. h has 2 s; Slack shows the person a
// spinner meanwhile.
func On[T ~string](r *Router, a blocks.Action[T], h func(ctx context.Context, c Click[T]) (Reply, error)) {
	register(r.actions, "action", a.Name, func(ctx context.Context, c Click[string]) (Reply, error) {
		return h(ctx, Click[T]{Who: c.Who, ID: T(c.ID), Value: c.Value, State: c.State})
	})
}

// OnSubmit registers what submitting f does. h gets what the view carried and
// what was entered; entries that don't parse are answered under their fields
// without calling h.
func OnSubmit[C, V any](r *Router, f blocks.Form[C, V], h func(ctx context.Context, w Who, c C, v V) (Reply, error)) {
	if f.Parse == nil {
		panic("bot: form " + f.Name + " parses nothing")
	}
	register(r.forms, "form", f.Name, func(ctx context.Context, w Who, carried string, values blocks.Values) (Reply, error) {
		c, err := f.Carried(carried)
		if err != nil { // written by another version of this program
			return Reply{}, spoken(oldForm)
		}
		v, wrong := f.Parse(values)
		if len(wrong) > 0 {
			return Reply{Errors: wrong}, nil
		}
		return h(ctx, w, c, v)
	})
}

// OnOptions registers the choices that a select with typing offers for query.
// h has 1.5 s; without an answer by then, or with an error, the list is empty.
// Slack takes 100 options at most.
func OnOptions[T ~string](r *Router, a blocks.Action[T], h func(ctx context.Context, w Who, id T, query string) ([]blocks.Option, error)) {
	register(r.options, "options", a.Name, func(ctx context.Context, w Who, id, query string) ([]blocks.Option, error) {
		return h(ctx, w, T(id), query)
	})
}

// OnCommand registers the one slash command; text is what follows it.
func (r *Router) OnCommand(h func(ctx context.Context, w Who, text string) (Reply, error)) {
	if r.command != nil {
		panic("bot: the command is registered twice")
	}
	r.command = h
}

// OnShortcut registers a global or message shortcut.
func (r *Router) OnShortcut(callbackID string, h func(ctx context.Context, w Who) (Reply, error)) {
	register(r.shortcuts, "shortcut", callbackID, h)
}

// OnHome registers what opening the home tab does.
func (r *Router) OnHome(h func(ctx context.Context, w Who) (Reply, error)) {
	if r.home != nil {
		panic("bot: the home tab is registered twice")
	}
	r.home = h
}

// OnEvent registers what an event of that kind does ("member_joined_channel");
// event is its inner object. After an error it is not acked and comes again: at
// once, after one minute, after five.
func (r *Router) OnEvent(kind string, h func(ctx context.Context, w Who, event json.RawMessage) (Reply, error)) {
	register(r.events, "event", kind, h)
}

// OnRemoval registers what an event of that kind does, as OnEvent; it is served
// also for a workspace where Headway is not, or no longer, installed.
func (r *Router) OnRemoval(kind string, h func(ctx context.Context, w Who, event json.RawMessage) (Reply, error)) {
	r.OnEvent(kind, h)
	r.always[kind] = true
}

// OnError registers who finds the words for an error of a handler or of what
// follows the ack, with a reference to its log line. field names the input
// under which a failed submission shows them; "" leaves the choice to the bot.
func (r *Router) OnError(f func(ctx context.Context, w Who, err error) (m blocks.Message, field string)) {
	r.onError = f
}

// Actions are the names of the registered actions, option lists included.
func (r *Router) Actions() []string {
	all := map[string]bool{}
	for name := range r.actions {
		all[name] = true
	}
	for name := range r.options {
		all[name] = true
	}
	return names(all)
}

// Options are the names of the registered option lists.
func (r *Router) Options() []string { return names(r.options) }

// Forms are the names of the registered forms.
func (r *Router) Forms() []string { return names(r.forms) }

// Shortcuts are the callback ids of the registered shortcuts.
func (r *Router) Shortcuts() []string { return names(r.shortcuts) }

// Events are the kinds of event the app must be subscribed to.
func (r *Router) Events() []string {
	kinds := names(r.events)
	if r.home != nil {
		kinds = append(kinds, eventHomeOpened)
		slices.Sort(kinds)
	}
	return kinds
}

func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func register[F any](to map[string]F, what, name string, f F) {
	if name == "" {
		panic(fmt.Sprintf("bot: %s without a name", what))
	}
	if _, taken := to[name]; taken {
		panic(fmt.Sprintf("bot: %s %s is registered twice", what, name))
	}
	to[name] = f
}

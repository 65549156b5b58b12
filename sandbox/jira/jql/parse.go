package jql

import (
	"fmt"
	"strings"
)

// Query is a parsed query. Where is nil if it names no condition.
type Query struct {
	Where   Expr
	OrderBy []Order
}

// Order is one field of ORDER BY.
type Order struct {
	Field string
	Desc  bool
}

// Expr is And, Or, Not or Clause.
type Expr interface{ expr() }

type (
	// And holds if all do.
	And []Expr
	// Or holds if any does.
	Or []Expr
	// Not holds if its Expr does not.
	Not struct{ Expr Expr }
	// Clause is one condition. Op is lower case: =, !=, >, >=, <, <=, ~, !~,
	// in, not in, is, is not, was, changed.
	Clause struct {
		Field      string
		Op         string
		Operand    Operand
		Predicates []Predicate // of was and changed
	}
)

func (And) expr()    {}
func (Or) expr()     {}
func (Not) expr()    {}
func (Clause) expr() {}

// Predicate narrows was and changed: after, before, during, on, from, to, by.
type Predicate struct {
	Word    string
	Operand Operand
}

// Operand is a value, a list, a function call or EMPTY.
type Operand struct {
	Text  string
	Empty bool
	Func  bool // Text is its name, List its arguments
	Many  bool // List
	List  []Operand
}

// Values are the operand's single operands.
func (o Operand) Values() []Operand {
	if o.Many {
		return o.List
	}
	return []Operand{o}
}

// maxOrder is how many fields Jira lets a query be ordered by.
const maxOrder = 7

// Parse reads a query. Every error is a *SyntaxError.
func Parse(query string) (*Query, error) {
	tokens, err := lex(query)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	q := &Query{}
	if !p.peek().is("order") && p.peek().kind != end {
		if q.Where, err = p.or(); err != nil {
			return nil, err
		}
	}
	if q.OrderBy, err = p.orderBy(); err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != end {
		return nil, p.fail(t, "Expecting either 'OR' or 'AND'")
	}
	return q, nil
}

type parser struct {
	tokens []token
	pos    int
	depth  int // of parentheses and NOTs
}

// maxDepth is how deep conditions may nest here; Jira has a limit too.
const maxDepth = 200

// deeper refuses what nests without end. The caller ends with shallower.
func (p *parser) deeper() error {
	if p.depth++; p.depth > maxDepth {
		return &SyntaxError{p.peek().at, fmt.Sprintf("The query nests more than %d levels deep", maxDepth)}
	}
	return nil
}

func (p *parser) shallower() { p.depth-- }

func (p *parser) peek() token { return p.tokens[p.pos] }

func (p *parser) next() token {
	t := p.tokens[p.pos]
	if t.kind != end {
		p.pos++
	}
	return t
}

// accept steps over the keyword or mark if it comes next.
func (p *parser) accept(words ...string) bool {
	for _, w := range words {
		if p.peek().is(w) {
			p.pos++
			return true
		}
	}
	return false
}

func (p *parser) expect(word string) error {
	if !p.accept(word) {
		return p.fail(p.peek(), fmt.Sprintf("Expecting '%s'", word))
	}
	return nil
}

func (p *parser) fail(t token, want string) error {
	got := "'" + t.text + "'"
	if t.kind == end {
		got = "the end of the query"
	}
	return &SyntaxError{t.at, want + " but got " + got + "."}
}

func (p *parser) or() (Expr, error) {
	first, err := p.and()
	list := Or{first}
	for err == nil && p.accept("or", "||", "|") {
		var e Expr
		e, err = p.and()
		list = append(list, e)
	}
	if len(list) == 1 {
		return first, err
	}
	return list, err
}

func (p *parser) and() (Expr, error) {
	first, err := p.not()
	list := And{first}
	for err == nil && p.accept("and", "&&", "&") {
		var e Expr
		e, err = p.not()
		list = append(list, e)
	}
	if len(list) == 1 {
		return first, err
	}
	return list, err
}

func (p *parser) not() (Expr, error) {
	defer p.shallower()
	if err := p.deeper(); err != nil {
		return nil, err
	}
	if p.accept("not", "!") {
		e, err := p.not()
		return Not{e}, err
	}
	if p.accept("(") {
		e, err := p.or()
		if err != nil {
			return nil, err
		}
		return e, p.expect(")")
	}
	return p.clause()
}

func (p *parser) clause() (Expr, error) {
	t := p.next()
	if t.kind != word && t.kind != text || reserved(t) {
		return nil, p.fail(t, "Expecting a field name")
	}
	c := Clause{Field: t.text}
	op, err := p.operator()
	if err != nil {
		return nil, err
	}
	if c.Op = op; op != "changed" {
		if c.Operand, err = p.operand(); err != nil {
			return nil, err
		}
	}
	if op == "changed" || strings.HasPrefix(op, "was") {
		c.Predicates, err = p.predicates()
	}
	return c, err
}

func (p *parser) operator() (string, error) {
	t := p.next()
	switch {
	case t.kind == mark && strings.Contains(" = != > >= < <= ~ !~ ", " "+t.text+" "):
		return t.text, nil
	case t.is("in"), t.is("changed"):
		return strings.ToLower(t.text), nil
	case t.is("not"):
		return "not in", p.expect("in")
	case t.is("is"), t.is("was"):
		op := strings.ToLower(t.text)
		if p.accept("not") {
			op += " not"
		}
		if p.accept("in") {
			op += " in"
		}
		return op, nil
	}
	return "", p.fail(t, "Expecting an operator such as '=', '!=', 'in' or 'is'")
}

func (p *parser) operand() (Operand, error) {
	defer p.shallower()
	if err := p.deeper(); err != nil {
		return Operand{}, err
	}
	if p.accept("(") {
		list, err := p.list()
		return Operand{Many: true, List: list}, err
	}
	t := p.next()
	switch {
	case t.kind == text:
		return Operand{Text: t.text}, nil
	case t.is("empty"), t.is("null"):
		return Operand{Empty: true}, nil
	case t.kind != word || reserved(t):
		return Operand{}, p.fail(t, "Expecting a value, a list or a function")
	case p.accept("("):
		args, err := p.list()
		return Operand{Text: t.text, Func: true, List: args}, err
	}
	return Operand{Text: t.text}, nil
}

// list reads up to the closing parenthesis.
func (p *parser) list() ([]Operand, error) {
	var list []Operand
	if p.accept(")") {
		return nil, nil
	}
	for {
		o, err := p.operand()
		if err != nil {
			return nil, err
		}
		list = append(list, o)
		if p.accept(")") {
			return list, nil
		}
		if err := p.expect(","); err != nil {
			return nil, err
		}
	}
}

func (p *parser) predicates() ([]Predicate, error) {
	var list []Predicate
	for {
		t := p.peek()
		if !p.accept("after", "before", "during", "on", "from", "to", "by") {
			return list, nil
		}
		o, err := p.operand()
		if err != nil {
			return nil, err
		}
		list = append(list, Predicate{strings.ToLower(t.text), o})
	}
}

func (p *parser) orderBy() ([]Order, error) {
	if !p.accept("order") {
		return nil, nil
	}
	if err := p.expect("by"); err != nil {
		return nil, err
	}
	var list []Order
	for {
		t := p.next()
		if t.kind != word && t.kind != text {
			return nil, p.fail(t, "Expecting a field name")
		}
		o := Order{Field: t.text}
		if !p.accept("asc") {
			o.Desc = p.accept("desc")
		}
		if list = append(list, o); len(list) > maxOrder {
			return nil, &SyntaxError{t.at, fmt.Sprintf("A query can be ordered by %d fields at most.", maxOrder)}
		}
		if !p.accept(",") {
			return list, nil
		}
	}
}

func reserved(t token) bool {
	for _, w := range []string{"and", "or", "not", "in", "is", "order", "by", "was", "changed", "empty", "null"} {
		if t.is(w) {
			return true
		}
	}
	return false
}

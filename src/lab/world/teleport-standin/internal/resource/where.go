package resource

import (
	"fmt"
	"strings"
	"text/scanner"
)

// checkWhere parses a predicate: names with dots, texts, calls, !, && and ||, == and !=, brackets. What a name means is not
// looked at.
func checkWhere(expression string) error {
	var lexer scanner.Scanner
	lexer.Init(strings.NewReader(expression))
	lexer.Error = func(*scanner.Scanner, string) {}
	parser := &predicate{lexer: &lexer}
	parser.next()
	if err := parser.either(); err != nil {
		return err
	}
	if parser.token != scanner.EOF {
		return parser.unexpected()
	}
	return nil
}

type predicate struct {
	lexer *scanner.Scanner
	token rune
}

func (p *predicate) next() { p.token = p.lexer.Scan() }

func (p *predicate) unexpected() error {
	if p.token == scanner.EOF {
		return fmt.Errorf("unexpected end of the expression")
	}
	return fmt.Errorf("unexpected %q at %d", p.lexer.TokenText(), p.lexer.Position.Column)
}

// either is terms between operators of two equal signs, such as && and ||, or == and !=.
func (p *predicate) either() error {
	for {
		if err := p.term(); err != nil {
			return err
		}
		first := p.token
		if first != '&' && first != '|' && first != '=' && first != '!' {
			return nil
		}
		p.next()
		if second := p.token; second != first && !(first == '!' && second == '=') || first == '!' && second != '=' {
			return p.unexpected()
		}
		p.next()
	}
}

func (p *predicate) term() error {
	switch p.token {
	case '!':
		p.next()
		return p.term()
	case '(':
		p.next()
		if err := p.either(); err != nil {
			return err
		}
		return p.take(')')
	case scanner.String, scanner.RawString, scanner.Int:
		p.next()
		return nil
	case scanner.Ident:
		return p.name()
	}
	return p.unexpected()
}

func (p *predicate) name() error {
	p.next()
	for p.token == '.' {
		p.next()
		if err := p.take(scanner.Ident); err != nil {
			return err
		}
	}
	for p.token == '(' || p.token == '[' {
		end := map[rune]rune{'(': ')', '[': ']'}[p.token]
		p.next()
		for p.token != end {
			if err := p.either(); err != nil {
				return err
			}
			if p.token == ',' {
				p.next()
			}
		}
		p.next()
	}
	return nil
}

func (p *predicate) take(token rune) error {
	if p.token != token {
		return p.unexpected()
	}
	p.next()
	return nil
}

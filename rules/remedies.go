package rules

import (
	"maps"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
)

// withRemedy returns a message of the HCL libraries that also says what to do. Theirs
// name the place and what is wrong; these are about files that a person wrote a minute
// ago, so that the likeliest cause comes first.
func withRemedy(d *hcl.Diagnostic) *hcl.Diagnostic {
	remedy, known := remedies()[d.Summary]
	if !known {
		return d
	}
	if saysWhatToDo(d) {
		return d
	}
	told := *d
	told.Detail = strings.TrimSpace(argumentsInWords(d.Detail) + " " + remedy)
	return &told
}

// saysWhatToDo reports a message of a function or an operator of ours, which ends with
// what to write.
func saysWhatToDo(d *hcl.Diagnostic) bool {
	if d.Summary != "Invalid function argument" && d.Summary != "Operation failed" {
		return false
	}
	return strings.Contains(d.Detail, ": write ") || strings.Contains(d.Detail, "; write ")
}

// allWithRemedies is withRemedy for each of several messages.
func allWithRemedies(diags hcl.Diagnostics) hcl.Diagnostics {
	told := make(hcl.Diagnostics, len(diags))
	for i, d := range diags {
		told[i] = withRemedy(withoutStack(d))
	}
	return told
}

// argumentsInWords writes "1 argument" and "2 arguments" for HCL's "argument(s)".
func argumentsInWords(detail string) string {
	detail = strings.ReplaceAll(detail, " 1 argument(s)", " 1 argument")
	return strings.ReplaceAll(detail, "argument(s)", "arguments")
}

// remedies are what to do about a message, by its summary. What is missing here says so
// itself.
//
//nolint:gochecknoglobals // Made once, as a file can bring a hundred thousand messages; nothing assigns to it.
var remedies = sync.OnceValue(func() map[string]string {
	all := remediesOfSyntax()
	maps.Copy(all, remediesOfValues())
	return all
})

// remediesOfSyntax are about text that cannot be parsed.
func remediesOfSyntax() map[string]string {
	const (
		closeBrace = `Close every "{" with a "}"; the line that it should stand on is often far above.`
		oneLine    = "Write each argument on a line of its own, and the closing brace on the line below the last."
		forForm    = `It is written [for name in list : value], or { for key, value in map : key => value } for a map.`
		template   = `A text that holds "${" or "%{" literally writes "$${" or "%%{".`
	)
	return map[string]string{
		"Argument or block definition required":     `Write name = value for an argument, or name { ... } for a block; a comment begins with "#".`,
		"Attribute redefined":                       "Remove one of the two.",
		"Invalid argument name":                     "Remove the quotes.",
		"Unclosed configuration block":              closeBrace,
		"Invalid block definition":                  `A block is written name "label" { ... }, with its "{" on the same line and without an equals sign.`,
		"Invalid single-argument block definition":  oneLine,
		"Missing newline after block definition":    `Begin a new line behind the "}".`,
		"Missing item separator":                    `Put a comma between two elements, or close the list with "]".`,
		"Missing attribute separator":               `Put a comma or a line break between two elements, or close the map with "}".`,
		"Missing attribute value":                   "Write name = value.",
		"Missing key/value separator":               "Write name = value.",
		"Missing argument separator":                `Put a comma between two arguments, or close the call with ")".`,
		"Missing closing parenthesis":               `Write ")" behind the "...".`,
		"Missing open parenthesis":                  "A function is called as in lower(local.name).",
		"Unterminated function call":                `Close the call with ")".`,
		"Unterminated tuple constructor expression": `Close the list with "]".`,
		"Unbalanced parentheses":                    `Add the missing ")", or remove the "(" that opened it.`,
		"Missing expression":                        "Write the value that is meant here.",
		"Invalid expression":                        "Write a value: a text in quotes, a number, true or false, a list, or a reference such as var.NAME.",
		"Missing false expression in conditional":   "Write condition ? value : other_value.",
		"Invalid attribute name":                    `Behind a dot stands a name; in front of an element's number stands a bracket: list[0].`,
		"Invalid number literal":                    "Write digits with at most one decimal point; units such as \"7d\" stand in quotes.",
		"Invalid character":                         "Remove it, or put the text that it belongs to in quotes.",
		"Invalid character encoding":                "Save the file as UTF-8.",
		"Invalid multi-line string":                 `Close the quotes on the same line, write "\n" for a line break, or use a heredoc (<<EOT).`,
		"Unterminated template string":              `Add the closing quote.`,
		"Invalid escape sequence":                   `A backslash itself is written "\\".`,
		"Invalid string literal":                    "A label is a plain text in quotes.",
		"Invalid 'for' expression":                  forForm,
		"Invalid 'for' directive":                   "It is written %{ for name in list }...%{ endfor }.",
		"Unexpected end of template":                template,
		"Unclosed template interpolation sequence":  template,
		"Invalid template directive":                template,
		"Invalid template control keyword":          template,
		"Unsupported operator":                      "Operators are + - * / % == != < <= > >= && || ! and condition ? a : b.",
	}
}

// remediesOfValues are about expressions that have no value.
func remediesOfValues() map[string]string {
	const nullRemedy = "Give it a value, or put another one in its place with coalesce(...)."
	return map[string]string{
		"Too many function arguments":                     "Remove what is too many; rules/SPEC.md names what each function takes.",
		"Not enough function arguments":                   "Add what is missing; rules/SPEC.md names what each function takes.",
		"Invalid function argument":                       "Change the value, or convert it first, as in tostring(...), tonumber(...) or toset(...).",
		"Invalid operand":                                 "Convert it first, as in tonumber(...), or compare with a value of the same type.",
		"Incorrect condition type":                        "Write a comparison, such as length(var.names) > 0.",
		"Null condition":                                  nullRemedy,
		"Null value as key":                               nullRemedy,
		"Incorrect key type":                              "A key is a text or a number: convert it, or take one element of it.",
		"Operation failed":                                "Look at the values of what it refers to; coalesce(...) replaces one that is null, and try(...) one that cannot be computed.",
		"Invalid 'for' condition":                         "Write a comparison behind if, such as x != null.",
		"Condition is null":                               nullRemedy,
		"Inconsistent conditional result types":           "Make both results of one type, as in condition ? [\"a\"] : [].",
		"Attempt to get attribute from null value":        nullRemedy,
		"Attempt to index null value":                     nullRemedy,
		"Iteration over null value":                       nullRemedy,
		"Iteration over non-iterable value":               "Only lists, sets, maps and objects have elements: write [value] for a list of one.",
		"Invalid template interpolation value":            "Only texts, numbers, true and false fit into a text: take one element, or use join(\", \", list) or jsonencode(...).",
		"Invalid index":                                   "Look up what it holds with keys(...) or length(...), or use lookup(map, key, default) or try(...).",
		"Unsupported attribute":                           "Check the spelling, or use try(...) for one that may be missing.",
		"Duplicate object key":                            "Make the keys differ, or group the values with \"...\" behind the value.",
		"Variables not allowed":                           "Write the value itself; a local may be made of it: locals { name = ... }.",
		"Invalid type specification":                      "Write string, number, bool, any, list(...), set(...), map(...), tuple([...]) or object({ name = ... }).",
		"Invalid default value for optional attribute":    "Write a value of the attribute's type.",
		"Invalid expanding argument value":                "Put a list in front of the \"...\".",
		"Invalid object key":                              "A key is a text or a number that is known and not null.",
		"Extra characters after expression":               "Write one expression: remove what follows it, or put an operator between the two.",
		"Extra characters after interpolation expression": `A text that holds "${" literally writes "$${".`,
	}
}

package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// version is the only one there is.
const version = "2015-11-01"

// Parse reads a document. What the language does not have is an error that names
// the member and what is allowed there.
func Parse(kind Kind, doc []byte) (*Document, error) {
	tree, err := readTree(doc)
	if err != nil {
		return nil, err
	}
	top, ok := tree.(object)
	if !ok {
		return nil, errors.New("a policy is a JSON object")
	}
	if err := top.only("the policy", "Version", "Statement"); err != nil {
		return nil, err
	}
	if v, given := top.get("Version"); given && v != version {
		return nil, fmt.Errorf("the Version is %v; %q is the only one", show(v), version)
	}
	v, _ := top.get("Statement")
	statements := asList(v)
	if len(statements) == 0 {
		return nil, errors.New("the Statement is missing or empty")
	}
	d := &Document{}
	for i, v := range statements {
		s, err := parseStatement(kind, v)
		if err != nil {
			return nil, fmt.Errorf("in statement %d: %w", i+1, err)
		}
		d.statements = append(d.statements, s)
	}
	return d, nil
}

func parseStatement(kind Kind, v any) (s statement, err error) {
	o, ok := v.(object)
	if !ok {
		return s, fmt.Errorf("it is %s, and must be a JSON object", show(v))
	}
	members := []string{"Sid", "Effect", "Action", "Resource", "Condition"}
	if kind == Bucket {
		members = append(members, "Principal")
	}
	if err := o.only("a statement", members...); err != nil {
		return s, err
	}
	if sid, given := o.get("Sid"); given {
		if _, ok := sid.(string); !ok {
			return s, fmt.Errorf("the Sid is %s, and must be a text", show(sid))
		}
	}
	switch effect, _ := o.get("Effect"); effect {
	case "Allow":
		s.effect = Allow
	case "Deny":
		s.effect = Deny
	default:
		return s, fmt.Errorf(`the Effect is %s; it must be "Allow" or "Deny"`, show(effect))
	}
	if s.actions, err = parseActions(o); err != nil {
		return s, err
	}
	if s.resources, err = parseResources(o); err != nil {
		return s, err
	}
	if s.conditions, err = parseConditions(o); err != nil || kind == User {
		return s, err
	}
	if s.principals, err = parsePrincipals(o); err != nil {
		return s, err
	}
	return s, s.everyActionApplies()
}

func parseActions(o object) ([]string, error) {
	texts, err := o.texts("Action")
	if err != nil {
		return nil, err
	}
	for i, text := range texts {
		texts[i] = canonical(text)
		if len(matched(texts[i])) > 0 {
			continue
		}
		if names := near(text); len(names) > 0 {
			return nil, fmt.Errorf("the Action %q is not known; near it are %s", text, strings.Join(names, ", "))
		}
		return nil, fmt.Errorf(`the Action %q is not known; actions are named like "ks3:GetObject" or "ks3:List*"`, text)
	}
	return texts, nil
}

func parseResources(o object) ([]string, error) {
	texts, err := o.texts("Resource")
	if err != nil {
		return nil, err
	}
	for _, text := range texts {
		rest, ok := strings.CutPrefix(text, resourcePrefix)
		if text != "*" && (!ok || rest == "") {
			return nil, fmt.Errorf(`the Resource %q is not "*", %q or %q`, text, Resource("<bucket>", ""), Resource("<bucket>", "<key>"))
		}
		if strings.Contains(text, "${") {
			return nil, fmt.Errorf("the Resource %q has a variable, and there are none", text)
		}
	}
	return texts, nil
}

func parsePrincipals(o object) ([]principal, error) {
	const forms = `"*", a list, or {"KSC": [...]}`
	v, given := o.get("Principal")
	if !given {
		return nil, errors.New("the Principal is missing: a bucket's policy says whom it is for, as " + forms)
	}
	if wrapped, ok := v.(object); ok {
		if err := wrapped.only("Principal", "KSC"); err != nil {
			return nil, err
		}
		v, _ = wrapped.get("KSC")
	}
	texts, err := textsOf("Principal", v)
	if err != nil {
		return nil, err
	}
	var principals []principal
	for _, text := range texts {
		p, err := parsePrincipal(text)
		if err != nil {
			return nil, fmt.Errorf("the Principal %w", err)
		}
		principals = append(principals, p)
	}
	return principals, nil
}

func parseConditions(o object) ([]condition, error) {
	v, given := o.get("Condition")
	if !given {
		return nil, nil
	}
	operators, ok := v.(object)
	if !ok {
		return nil, fmt.Errorf(`the Condition is %s, and must be like {%q: {%q: ["10.0.0.0/8"]}}`, show(v), ipAddress, sourceIP)
	}
	if err := operators.only("Condition", ipAddress, notIPAddress); err != nil {
		return nil, err
	}
	var conditions []condition
	for _, operator := range operators {
		keys, ok := operator.value.(object)
		if !ok {
			return nil, fmt.Errorf(`the condition %s is %s, and must be like {%q: ["10.0.0.0/8"]}`, operator.name, show(operator.value), sourceIP)
		}
		if err := keys.only(operator.name, sourceIP); err != nil {
			return nil, err
		}
		texts, err := keys.texts(sourceIP)
		if err != nil {
			return nil, fmt.Errorf("in the condition %s: %w", operator.name, err)
		}
		c := condition{negated: operator.name == notIPAddress}
		for _, text := range texts {
			n, err := parseNetwork(text)
			if err != nil {
				return nil, fmt.Errorf("in the condition %s: %w", operator.name, err)
			}
			c.networks = append(c.networks, n)
		}
		conditions = append(conditions, c)
	}
	return conditions, nil
}

// everyActionApplies refuses an action without a resource of its kind, such as
// ks3:GetObject on a bucket: it would do nothing. The Go SDK's live test of
// refused policies has just that, and S3 refuses it too.
func (s *statement) everyActionApplies() error {
	onBucket := slices.ContainsFunc(s.resources, func(r string) bool { return !strings.Contains(r, "/") })
	onObject := slices.ContainsFunc(s.resources, func(r string) bool { return strings.ContainsAny(r, "/*") })
	for _, pattern := range s.actions {
		applies := slices.ContainsFunc(matched(pattern), func(a Action) bool {
			return a.Level == OnBucket && onBucket || a.Level == OnObject && onObject
		})
		if !applies {
			return fmt.Errorf(`the Action %q applies to no Resource of the statement: actions on a bucket need %q, actions on objects %q`,
				pattern, Resource("<bucket>", ""), Resource("<bucket>", "*"))
		}
	}
	return nil
}

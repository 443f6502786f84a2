package rules

func ruleBlock() *blockType {
	return &blockType{
		name: "rule", labels: []string{"NAME"}, dynamic: true,
		arguments: []argument{
			{name: "description", form: formText},
			{name: "provider", form: formProvider},
			{name: "schedule", form: formText, early: true},
			{name: "timezone", form: formText, standard: "UTC", early: true},
			{name: "mode", form: formText, standard: "plan", choices: []string{"plan", "apply"}, early: true},
			{name: "enabled", form: formSwitch, standard: "true", unset: "so that the rule acts"},
			{name: "for_each", form: formEach},
		},
		blocks: []nestedType{
			{blockType: scanBlock(), required: true},
			{blockType: staleBlock(), required: true},
			{blockType: limitsBlock()},
			{blockType: preconditionBlock(), repeatable: true},
		},
		laterBlocks: []string{"lifecycle"},
	}
}

func preconditionBlock() *blockType {
	return &blockType{
		name: "precondition",
		arguments: []argument{
			{name: "condition", form: formSwitch, required: true, private: true},
			{name: "error_message", form: formText, required: true},
		},
	}
}

func scanBlock() *blockType {
	return &blockType{
		name: "scan",
		arguments: []argument{
			{name: "buckets", form: formTexts, required: true, noneWith: "allow_empty"},
			{name: "prefixes", form: formTexts},
			{name: "whole_bucket", form: formTrue},
			{name: "exclude", form: formGlobs, maybeNone: true, unset: unsetExclude},
			{name: "allow_empty", form: formSwitch, standard: "false"},
		},
	}
}

func staleBlock() *blockType {
	return &blockType{
		name: "stale",
		arguments: []argument{
			{name: "older_than", form: formDuration, required: true},
			{name: "idle_for", form: formDuration, standard: "24h"},
			{name: "max_lifetime", form: formDuration},
			{name: "where", form: formCondition, private: true},
		},
	}
}

func limitsBlock() *blockType {
	return &blockType{
		name: "limits",
		arguments: []argument{
			{name: "max_uploads", form: formCount, standard: "10000", unset: unsetStandard},
			{name: "max_bytes", form: formSize, unset: unsetLimit},
			{name: "max_percent", form: formPercent, unset: unsetLimit},
			{name: "max_failures", form: formCount, standard: "100", unset: unsetStandard},
			{name: "max_changed_percent", form: formPercent, standard: "20", unset: unsetStandard},
		},
	}
}

func protectBlock() *blockType {
	return &blockType{
		name: "protect", labels: []string{"NAME"},
		arguments: []argument{
			{name: "buckets", form: formGlobs, required: true},
			{name: "prefixes", form: formTexts},
			{name: "keys", form: formGlobs},
			{name: "whole_bucket", form: formTrue},
			{name: "owners", form: formTexts, private: true},
			{name: "until", form: formInstant},
			{name: "reason", form: formText},
			{name: "for_each", form: formEach},
		},
	}
}

func priceBlock() *blockType {
	return &blockType{
		name: "price", labels: []string{"NAME"},
		arguments: []argument{
			{name: "provider", form: formProvider},
			{name: "currency", form: formText, required: true, early: true},
			{name: "as_of", form: formText, required: true},
			{name: "per_gib_month", form: formPrices, required: true},
		},
	}
}

func checkBlock() *blockType {
	return &blockType{
		name: "check", labels: []string{"NAME"}, dynamic: true,
		blocks: []nestedType{{blockType: assertBlock(), required: true, repeatable: true}},
	}
}

func assertBlock() *blockType {
	return &blockType{
		name: "assert",
		arguments: []argument{
			{name: "condition", form: formCondition, required: true, private: true},
			{name: "error_message", form: formMessage, required: true},
		},
	}
}

package rules

// The grammar of files of tests. SPEC.md says the same in prose, and a test compares
// the two.

// Types of mocks.
const (
	mockUpload = "upload"
	mockBucket = "bucket"
)

const rulesBelongElsewhere = "It belongs in a rule file; this is a file of tests, as its name ends in .test.hcl."

// testGrammar is the top level of a file of tests.
func testGrammar() *blockType {
	t := &blockType{
		name:      "",
		arguments: []argument{{name: "now", form: formInstant}},
		blocks: []nestedType{
			{blockType: testVariablesBlock()},
			{blockType: mockBlock(), repeatable: true},
			{blockType: testBlock(), required: true, repeatable: true},
		},
		elsewhere: map[string]string{
			"run": "Terraform's run block is called test here: write test \"NAME\" { ... }. A run is what offcut's history remembers, and a test runs nothing.",
		},
	}
	for _, n := range grammar().blockNames() {
		t.elsewhere[n] = rulesBelongElsewhere
	}
	return t
}

func testBlock() *blockType {
	return &blockType{
		name: "test", labels: []string{"NAME"},
		arguments: []argument{
			{name: "now", form: formInstant},
			{name: "expect_failures", form: formReferences},
		},
		blocks: []nestedType{
			{blockType: testVariablesBlock()},
			{blockType: mockBlock(), repeatable: true},
			{blockType: testAssertBlock(), repeatable: true},
		},
	}
}

func testVariablesBlock() *blockType {
	return &blockType{name: "variables", anyArguments: true}
}

func mockBlock() *blockType {
	return &blockType{
		name: "mock", labels: []string{"TYPE", "NAME"},
		variants: map[string]*blockType{mockUpload: mockUploadBlock(), mockBucket: mockBucketBlock()},
	}
}

func mockUploadBlock() *blockType {
	return &blockType{
		name: "mock", labels: []string{"TYPE", "NAME"},
		arguments: []argument{
			{name: "provider", form: formProvider},
			{name: "bucket", form: formText, required: true},
			{name: "key", form: formText, required: true},
			{name: "id", form: formText},
			{name: "age", form: formDuration},
			{name: "initiated", form: formInstant},
			{name: "unknown_start", form: formSwitch, standard: "false"},
			{name: "idle", form: formDuration},
			{name: "last_part", form: formInstant},
			{name: "unknown_activity", form: formSwitch, standard: "false"},
			{name: "parts", form: formWhole, standard: "1"},
			{name: "size", form: formSize},
			{name: "unreadable_parts", form: formSwitch, standard: "false"},
			{name: "unproven_key", form: formSwitch, standard: "false"},
			{name: "storage_class", form: formText},
			{name: "owner", form: formText},
			{name: "initiator", form: formText},
		},
	}
}

func mockBucketBlock() *blockType {
	return &blockType{
		name: "mock", labels: []string{"TYPE", "NAME"},
		arguments: []argument{
			{name: "provider", form: formProvider},
			{name: "region", form: formText},
			{name: "type", form: formText},
			{name: "owner", form: formText},
			{name: "created", form: formInstant},
		},
	}
}

func testAssertBlock() *blockType {
	return &blockType{
		name: "assert",
		arguments: []argument{
			{name: "condition", form: formCondition, required: true},
			{name: "error_message", form: formMessage, required: true},
		},
	}
}

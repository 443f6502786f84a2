package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// The completion scripts of the command library ask the program by evaluating the words
// of the command line, and insert answers as if they held nothing that a shell obeys.
// Addresses hold brackets and quotes. So a quote that is still open is closed for the
// question, and an answer is written by the quote that it goes into.

// A scriptEdit replaces a piece of a script, which stands in it exactly once.
type scriptEdit struct{ old, new string }

// writeScript writes what generate makes, with edits.
func writeScript(w io.Writer, generate func(io.Writer) error, edits []scriptEdit) error {
	var script bytes.Buffer
	if err := generate(&script); err != nil {
		return err
	}
	text := script.String()
	for _, e := range edits {
		if n := strings.Count(text, e.old); n != 1 {
			return fmt.Errorf("the completion script of the command library has %q %d times instead of once", e.old, n)
		}
		text = strings.Replace(text, e.old, e.new, 1)
	}
	_, err := io.WriteString(w, text)
	return err
}

func writeBashScript(w io.Writer, root *cobra.Command) error {
	return writeScript(w, func(w io.Writer) error { return root.GenBashCompletionV2(w, true) }, []scriptEdit{
		{`    out=$(eval "${requestComp}" 2>/dev/null)`, "    __offcut_read_word \"${cur}\"\n" + `    out=$(eval "${requestComp}${quote}" 2>/dev/null)`},
		{`    _get_comp_words_by_ref "$@" cur prev words cword`, `    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref "$@" cur prev words cword
    else
        __offcut_split_line
    fi`},
		{"    local out directive\n", "    local out directive bare quote\n"},
		{"    else\n        __offcut_handle_completion_types\n    fi", `    elif [[ -n ${quote} || "${completions[*]}" == *\[* ]]; then
        __offcut_insert_quoted
    else
        __offcut_handle_completion_types
    fi`},
		{"__start_offcut()\n", bashQuoting + "\n__start_offcut()\n"},
	})
}

// bashQuoting splits the line where the package bash-completion, which does it else, is not
// installed, reads the quotes of a word that is being typed, and writes answers in them.
const bashQuoting = `# Sets words, cword, cur and prev to those of the line. bash splits it at "=" and ":" too.
__offcut_split_line()
{
    local rest=${COMP_LINE} i word blanks
    words=() cword=0
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        word=${COMP_WORDS[i]}
        blanks=${rest%%[![:blank:]]*}
        rest=${rest#"${blanks}"}
        rest=${rest#"${word}"}
        if ((i > 0)) && [[ -z ${blanks} && ( ${word} == [=:]* || ${words[${#words[@]} - 1]} == *[=:] ) ]]; then
            words[${#words[@]} - 1]+=${word}
        else
            words+=("${word}")
        fi
        ((i == COMP_CWORD)) && cword=$((${#words[@]} - 1))
    done
    cur=${words[cword]} prev=
    ((cword > 0)) && prev=${words[cword - 1]}
    return 0
}

# Sets bare to what a word means so far, and quote to the quote that is open in it.
__offcut_read_word()
{
    local word=$1 char i escaped=
    bare= quote=
    for ((i = 0; i < ${#word}; i++)); do
        char=${word:i:1}
        if [[ -n ${escaped} ]]; then
            [[ ${quote} == '"' && ${char} != [\"\\\$\` + "`" + `] ]] && bare+=\\
            bare+=${char}
            escaped=
        elif [[ ${char} == \\ && ${quote} != "'" ]]; then
            escaped=1
        elif [[ -n ${quote} && ${char} == "${quote}" ]]; then
            quote=
        elif [[ -z ${quote} && ( ${char} == "'" || ${char} == '"' ) ]]; then
            quote=${char}
        else
            bare+=${char}
        fi
    done
}

# Offers completions that hold what the shell obeys, written for the quote that is open.
__offcut_insert_quoted()
{
    local comp text tab=$'\t'
    for comp in "${completions[@]}"; do
        comp=${comp%%"${tab}"*}
        [[ ${comp} == "${bare}"* ]] || continue
        text=${comp}
        case ${quote} in
        "'")
            text=${text//"'"/"'\\''"}
            ;;
        '"')
            text=${text//\\/\\\\}
            text=${text//\"/\\\"}
            text=${text//\$/\\\$}
            text=${text//\` + "`" + `/\\\` + "`" + `}
            ;;
        *)
            printf -v text %q "${comp}"
            ;;
        esac
        COMPREPLY+=("${text}")
    done
}
`

func writeZshScript(w io.Writer, root *cobra.Command) error {
	return writeScript(w, root.GenZshCompletion, []scriptEdit{
		{"    out=$(eval ${requestComp} 2>/dev/null)\n", `    if [[ "${compstate[quote]}" == [\'\"] ]]; then
        requestComp+=${compstate[quote]}
    fi
    out=$(eval ${requestComp} 2>/dev/null)
`},
		{`            comp=${comp//:/\\:}`, `            comp=${comp//\\/\\\\}
            comp=${comp//:/\\:}`},
	})
}

// writeFishScript writes the script for fish, which tells words without their quotes and
// writes the quotes of answers itself.
func writeFishScript(w io.Writer, root *cobra.Command) error {
	return writeScript(w, func(w io.Writer) error { return root.GenFishCompletion(w, true) }, []scriptEdit{
		{`    set -l requestComp "OFFCUT_ACTIVE_HELP=0 $args[1] __complete $args[2..-1] $lastArg"`,
			`    # Words that hold more than names, paths and variables are taken as they are.
    set -l words
    for word in $args[2..-1]
        if not string match -rq -- '^[\w@%+=:,./~$-]+$' "$word"
            set word (string escape -- "$word")
        end
        set -a words $word
    end
    set -l requestComp "OFFCUT_ACTIVE_HELP=0 $args[1] __complete $words $lastArg"`},
	})
}

#!/usr/bin/env bash
# Refuses words and comment openers that plain technical English does not need, in tracked text files.
# Prints FILE:LINE, the word and a suggestion for each, and fails if it found any.
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"

# Folders and files that are not clean yet. Remove a line when it is clean.
exempt=(
    ruchy
)
# Data: fuzzer input, events and responses of fixtures, lock files. This script lists the words itself.
data=('*/seeds/*' '*/dictionaries/*' '*/fixtures/*' 'bench/results/*' '*.lock' '*-lock.json' 'LICENSE-*' 'tests/checks/words.sh')

# An extended regular expression, case-insensitive and matched as whole words; `|`; what to write instead.
words="
nobody|no client, no process, nothing; or the passive voice
somebody|a client, a process, a user
whoever|the caller, the reader, each client that
of one's own|its own
for ever|forever, in a loop, without limit
for want of|because NAME is missing
wishes|configuration, settings
of theirs|their
mend(s|ed|ing)?|fix, repair
goes round|wraps, overflows, cycles
is none of|is not one of
in the place of|instead of
stands? (behind|beside|before|in front of)|follows, precedes, is next to
(is|are|was|were) (said|told)|is reported, logged, printed
(is|are) wanted|is expected, is requested
has its way|takes effect
anew|again; rebuild, recreate
contestants?|candidate, program
is worth saying|is notable, matters
beside|next to, in addition to
told|reported, printed; tell apart: distinguish
heard|received
whom|the process, the user
(any|every)body|all users, all callers
goes on (at|from|after)|continues
left alone|not changed, not deleted
is no longer there|does not exist any more
"
opener='(^|[[:space:]])(//[/!]?|#|/\*+|<!--|""")[[:space:]]*(What|Whether|Where|How|Of|That)[[:space:]]'
continued='^[[:space:]]*(\*|;)[[:space:]]+(What|Whether|Where|How|Of|That)[[:space:]]'

selected=(':/')
for path in "${exempt[@]}" "${data[@]}"; do selected+=(":(exclude)$path"); done

# search PATTERN SUGGESTION GREP-OPTION… -- PATHSPEC…: prints the lines that match, with the suggestion.
found=0
search() {
    local pattern=$1 suggestion=$2
    shift 2
    local lines
    lines=$(git grep --line-number -I --extended-regexp -e "$pattern" "$@" || [ $? = 1 ])
    [ -n "$lines" ] || return 0
    found=1
    while IFS= read -r line; do printf '%s\n    write: %s\n' "$line" "$suggestion"; done <<<"$lines"
}

while IFS= read -r entry; do
    [ -n "$entry" ] || continue
    pattern=${entry%|*}
    search "\\b($pattern)\\b" "${entry##*|}" --ignore-case -- "${selected[@]}"
done <<<"$words"
search "$opener|$continued" 'start the comment with its subject: the noun that acts, or a verb such as "Returns"' -- "${selected[@]}" ':(exclude)*.md'
exit "$found"

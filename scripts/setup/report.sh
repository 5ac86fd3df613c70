#!/bin/bash
# Writes what a week of calls came to as one page, to OUT or into out/: of WEEK (2026-W47; else the last one that is over) and
# of AGENT (else of all). MAIL=yes sends it to REPORT_MAIL_TO as well.
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

last_week() { # in the report's time zone
    local zone
    zone=$(setting REPORT_TIMEZONE)
    TZ=$zone date -d "7 days ago" +%G-W%V 2>/dev/null || TZ=$zone date -v-7d +%G-W%V
}

[[ -r $ENV_FILE ]] || fail "there is no $ENV_FILE yet, so there are no calls" "Start the stack:  make up"
week=${WEEK:-$(last_week)}
file=${OUT:-out/calls-${week//[^A-Za-z0-9-]/}${AGENT:+-${AGENT//[^A-Za-z0-9_-]/}}.html}
mkdir -p "$(dirname "$file")"
arguments=(--week "$week")
[[ -z ${AGENT:-} ]] || arguments+=(--agent "$AGENT")
case ${MAIL:-} in
    yes | 1 | true | on) arguments+=(--mail) ;;
    "" | no | 0 | false | off) ;;
    *) fail "setting MAIL: '$MAIL' is neither yes nor no" ;;
esac
# What was made is kept when only the mail could not be sent.
status=0
scripts/compose.sh run --rm --no-deps -T report python -m records.report "${arguments[@]}" >"$file.part" || status=$?
if [[ -s $file.part ]]; then
    mv "$file.part" "$file"
    note "$file"
else
    rm -f "$file.part"
fi
exit "$status"

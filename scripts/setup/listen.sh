#!/bin/bash
# Writes a recording to out/: CALL names it, by the call or the file, and KEY is the file of the key that opens it.
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

[[ -n ${CALL:-} ]] || fail "which recording?" "make listen CALL=1732287000.7 KEY=key.txt; make records names them"
[[ -z ${KEY:-} || -r $KEY ]] || fail "the key $KEY cannot be read"
mkdir -p out
file=out/$(basename "$CALL" .wav).wav
scripts/compose.sh exec -T records python -m records listen "$CALL" <"${KEY:-/dev/null}" >"$file.part" || {
    rm -f "$file.part"
    exit 1
}
mv "$file.part" "$file"
note "$file"

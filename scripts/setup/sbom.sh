#!/bin/bash
# Writes the list of components of all images, and of the models that are there, as CycloneDX JSON:
#
#   sbom.sh [FILE]                  to FILE (out/sbom.json)
#   sbom.sh changes BEFORE AFTER    says what is another one in AFTER
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

images() { COMPOSE_PROFILES='*' dc config --images | sort -u; }

inventory() {
    local image
    for image in $(images); do
        if ! have_image "$image"; then
            warn "$image is not there, so it is not in the list"
            continue
        fi
        printf 'image\t%s\t%s\n' "$image" "$(docker image inspect --format '{{.Id}}' "$image")"
        docker run --rm --network none --read-only --entrypoint sh --volume "$ROOT/scripts/inside/inventory:/inventory:ro" \
            "$image" /inventory || warn "what is installed in $image cannot be found out"
    done
}

# The models' image has the catalogue of models.
in_models() { # ARGUMENTS OF docker run... -- ARGUMENTS OF python -m sbom...
    local arguments=()
    while [[ $1 != -- ]]; do arguments+=("$1") && shift; done
    shift
    docker run --rm --interactive --network none --read-only --user "$(id -u):$(id -g)" \
        --volume "$ROOT:/app:ro" --volume parley-models:/models:ro \
        ${arguments[@]+"${arguments[@]}"} --workdir /app "$(own_image models)" python -m sbom "$@"
}

[[ -e $ENV_FILE ]] || fail "there is no $ENV_FILE yet" "Start with:  make up"
COMPOSE_FILE=$(running_files || setting COMPOSE_FILE)
export COMPOSE_FILE
have_image "$(own_image models)" || fail "the images are not built yet" "Start with:  make up"

if [[ ${1:-} == changes ]]; then
    folder=$(cd "$(dirname "$2")" && pwd) later=$(cd "$(dirname "$3")" && pwd)
    in_models --volume "$folder:/before:ro" --volume "$later:/after:ro" -- \
        changes "/before/$(basename "$2")" "/after/$(basename "$3")"
else
    file=${1:-out/sbom.json}
    mkdir -p "$(dirname "$file")"
    inventory | in_models -- write >"$file.new"
    mv "$file.new" "$file"
    note "$file: $(grep -c '"type": "library"' "$file") packages, $(grep -c '"type": "machine-learning-model"' "$file") models"
fi

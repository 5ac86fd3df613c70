# What comes from the command line is handed on by the environment, as it is: a quote in it must not end a word of the
# shell's, nor a $ in it be anything to make.
$(foreach name,$(.VARIABLES),$(if $(findstring command line,$(origin $(name))),$(eval override export $(name) := $$(value $(name)))))
.DEFAULT_GOAL := help
.PHONY: help up down drain call ps logs doctor tune trace models records forget test unit check docs-metrics dashboards screens lock bench bench-peer bench-barge-in bench-turns bench-media bench-model bench-stt bench-vad bench-voice bench-fuzz bench-pages agents agent kb questions recheck outage agent-schema bench-knowledge bench-faults soak bench-values bench-persons bench-insight bench-analysis bench-replay sbom update bench-injection listen recordings-key api-key api-keys api-revoke webhooks webhook webhook-remove webhook-test webhook-again bench-fuzz-texts bench-torture bench-beside console-link simulate simulate-from dnc-add dnc-list dnc-remove campaign campaigns bench-outbound report edge edge-cells database experiment replay tune-calls swarm swarm-carry swarm-down swarm-test bench-campaign bench-edge bench-cluster

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: ## Start everything and say how to call (HOST_NETWORK=1: Asterisk on the host's network; GPU=1: models on a GPU)
	@scripts/up.sh

down: ## Stop everything; data and models stay
	@scripts/down.sh

swarm: ## Deploy to a Docker Swarm, or what has changed there (docs/scaling.md)
	@scripts/setup/swarm.sh up

swarm-carry: ## Bring images and files to machines of the swarm that workers run on (HOSTS="ssh://root@10.0.0.2 ssh://...")
	@scripts/setup/swarm.sh carry $$HOSTS

swarm-down: ## Stop what runs on the swarm; data and models stay
	@scripts/setup/swarm.sh down

swarm-test: ## Try it on this one machine: a swarm of engines in network namespaces, a cell, a call (as root; MACHINES=3)
	@scripts/setup/swarm-test.sh $$MACHINES

drain: ## Stop a gateway when its calls are over, while the other takes the new ones (SERVICE=gateway-2)
	@scripts/down.sh drain "$$SERVICE"

edge: ## Start the edge before several cells, alone on this machine (EDGE_CELLS in .env)
	@scripts/setup/edge.sh up

edge-cells: ## Have the edge take over its cells, who of them is drained, and users; say how each cell is
	@scripts/setup/edge.sh cells

database: ## Start the PostgreSQL with the records of all cells, alone on this machine (DATABASE_ADDRESS in .env)
	@scripts/setup/database.sh up

call: ## Make a test call and measure it (SCRIPT=path.yaml: another conversation)
	@scripts/call.sh $$SCRIPT

ps: ## Show what runs
	@scripts/compose.sh ps

logs: ## Follow the logs (SERVICE=name: only that one; CALL=id or last, which is none of the canary's: one call in all of them)
	@CALL="$$CALL" scripts/logs.sh $$SERVICE

doctor: ## Look at everything, and say what to do (ARGS=--json)
	@scripts/doctor.sh $$ARGS

tune: ## Measure anew how the local language model runs best on this machine (it does so at its first start)
	@scripts/setup/tune.sh

trace: ## Show when what happened in a call, and where the time of its answers went (CALL=last)
	@scripts/trace.sh "$${CALL:-last}"

agents: ## Check every agent and its knowledge; each error names file, line and field
	@scripts/agents.sh check

agent: ## Make the folder of a new agent (NAME=acme, LANG_CODE=de)
	@scripts/agents.sh new "$$NAME" $$LANG_CODE

kb: ## Show what an agent's knowledge has for a question, and why (AGENT=techstore Q="...", LANG_CODE=de)
	@scripts/agents.sh ask "$$AGENT" "$$Q" $$LANG_CODE

simulate: ## Have simulated callers write to an agent, as its tests say (AGENT=techstore; without, to all; VOICE=yes: call it; ARGS="--times 4")
	@scripts/agents.sh simulate $$AGENT $(if $(filter yes 1 true on,$(VOICE)),--voice) $$ARGS

simulate-from: ## Print a call that was kept as a test of its agent, masked (CALL=id, or last)
	@scripts/agents.sh simulate-from "$$CALL"

replay: ## Run kept calls again as another setting, model or agents would have them (WITH="STT_MODEL=small" CALLS="--since 2026-11-01")
	@WITH="$$WITH" CALLS="$$CALLS" HTML="$$HTML" KEY="$$KEY" scripts/setup/replay.sh

tune-calls: ## Which silences end turns, which speech interrupts, and which facts are said surely, best on kept calls (CALLS="--since 2026-11-01" CUT_OFFS=3 FALSE_BARGE_INS=5 WRONG=3)
	@CALLS="$$CALLS" CUT_OFFS="$$CUT_OFFS" FALSE_BARGE_INS="$$FALSE_BARGE_INS" WRONG="$$WRONG" KEY="$$KEY" scripts/setup/replay.sh search

questions: ## What callers asked an agent and it did not surely know, with counts (AGENT=techstore)
	@scripts/compose.sh exec -T records python -m records questions --agent "$$AGENT"

recheck: ## What the agent answers now to all that it did not surely know (AGENT=techstore)
	@scripts/agents.sh recheck "$$AGENT"

agent-schema: ## Write agents/agent.schema.json anew, after a change of the fields
	@scripts/agents.sh schema

sbom: ## List the components of all images and the models, as CycloneDX JSON in out/sbom.json
	@scripts/setup/sbom.sh

update: ## Bring Debian's updates into all images, Asterisk among them, and say what changed
	@scripts/setup/update.sh

models: ## Fetch the models that the settings name
	@scripts/models.sh

records: ## Print the records of calls as JSON lines (ARGS="--since 2026-11-01 --agent techstore")
	@scripts/compose.sh exec -T records python -m records export $$ARGS

report: ## Write a week of calls as one page to out/ (WEEK=2026-W47 AGENT=techstore OUT=page.html; MAIL=yes: and send it)
	@WEEK="$$WEEK" AGENT="$$AGENT" OUT="$$OUT" MAIL="$$MAIL" scripts/setup/report.sh

experiment: ## Compare the two versions of an agent that share its calls (AGENT=techstore; NAME=shorter: another experiment than the newest)
	@scripts/compose.sh exec -T records python -m records.experiment "$$AGENT" $$NAME

listen: ## Write a recording to out/ (CALL=id or the file's name, KEY=file of the key that opens it)
	@CALL="$$CALL" KEY="$$KEY" scripts/setup/listen.sh

recordings-key: ## Make a key for recordings: keep what it prints, and put its public key into .env as RECORDINGS_KEY
	@scripts/compose.sh run --rm --no-deps --no-TTY records python -m records key

forget: ## Delete everything that is kept of a caller (CALLER=number)
	@scripts/compose.sh exec -T records python -m records forget "$$CALLER"

campaign: ## Take a campaign in, try it, start, pause it, or print what came of it (NAME=spring DO=load|dry-run|start|pause|results)
	@scripts/compose.sh exec -T records python -m records.campaigns "$$DO" "$$NAME"

campaigns: ## List campaigns and how they stand
	@scripts/compose.sh exec -T records python -m records.campaigns list

dnc-add: ## Never call a number again (NUMBER=+4930123456)
	@scripts/compose.sh exec -T gateway python -m gateway.do_not_call add "$$NUMBER"

dnc-list: ## List the numbers that are never called, the newest first
	@scripts/compose.sh exec -T gateway python -m gateway.do_not_call list

dnc-remove: ## A number may be called again (NUMBER=+4930123456)
	@scripts/compose.sh exec -T gateway python -m gateway.do_not_call remove "$$NUMBER"

api-key: ## Make a key for the API and print it, the only time (NAME=crm SCOPES=calls:read,recordings:read)
	@scripts/compose.sh exec -T api python -m api.access make "$$NAME" "$$SCOPES"

api-keys: ## List the keys of the API, what they are good for, and when each was last used
	@scripts/compose.sh exec -T api python -m api.access list

api-revoke: ## Make a key of the API good for nothing (NAME=crm)
	@scripts/compose.sh exec -T api python -m api.access revoke "$$NAME"

console-link: ## Print a link by which a user of the console chooses a password (NAME=admin ROLE=viewer)
	@scripts/compose.sh exec -T api python -m api.console link "$${NAME:-admin}" "$$ROLE"

webhooks: ## List who is told what happens, and messages that were not taken
	@scripts/compose.sh exec -T webhooks python -m webhooks.commands list

webhook: ## Have somebody told what happens; prints the key of the signatures (NAME=crm URL=https://... EVENTS=call.ended AGENTS=...)
	@scripts/compose.sh exec -T webhooks python -m webhooks.commands put "$$NAME" "$$URL" --events "$$EVENTS" --agents "$$AGENTS"

webhook-remove: ## Tell somebody no more (NAME=crm)
	@scripts/compose.sh exec -T webhooks python -m webhooks.commands remove "$$NAME"

webhook-test: ## Send somebody a message, to see whether it arrives (NAME=crm)
	@scripts/compose.sh exec -T webhooks python -m webhooks.commands test "$$NAME"

webhook-again: ## Send a message again that was not taken within a day (ID=number in the list, or all)
	@scripts/compose.sh exec -T webhooks python -m webhooks.commands again "$$ID"

outage: ## Send all calls to people (ON=yes), to the agent again (ON=no), or say which
	@scripts/compose.sh exec -T gateway python -m gateway.outage $(if $(ON),$(if $(filter yes 1 true on,$(ON)),on,off),show)

test: ## Run every test, in containers (PYTEST_ARGS="...")
	@scripts/test.sh

unit: ## Run the tests that need no running stack (PYTEST_ARGS="...")
	@scripts/test.sh unit

check: ## Lint, format, types
	@scripts/check.sh

docs-metrics: ## List every metric in docs/metrics.md anew
	@scripts/docs-metrics.sh

dashboards: ## Write grafana/dashboards anew from their source
	@scripts/dashboards.sh write

screens: ## Draw the dashboards and the console's pages as they look now, into docs/images (ARGS="--minutes 30 overview")
	@scripts/dashboards.sh draw $$ARGS
	@scripts/dashboards.sh pages

lock: ## Write requirements/*.txt anew from pyproject.toml (ARGS=--upgrade: newest versions)
	@scripts/relock.sh $$ARGS

bench-media: ## What the media plane costs, and how it keeps time (ARGS="--calls 50,500")
	@scripts/bench.sh media $$ARGS

bench-edge: ## What the edge carries and holds: a Kamailio of its own, telephones and cells made of sipp (ARGS="--seconds 20")
	@scripts/bench.sh edge $$ARGS

bench-cluster: ## Whole calls over an edge and cells of its own: a cell dies, is drained, added, upgraded, the edge restarts (CALLS=6)
	@scripts/bench.sh cluster $${CALLS:+--calls "$$CALLS"} $$ARGS

bench-model: ## The local language model: tokens read and written a second, by threads and by the size of a step
	@scripts/bench.sh model $$ARGS

bench-stt: ## The recognisers: words that are wrong, and what final and partial words cost
	@scripts/bench.sh stt $$ARGS

bench-vad: ## The VAD engines compared, 1 to 512 calls
	@scripts/bench.sh vad $$ARGS

bench-voice: ## The agents' English voices compared: speed, level, pitch, and what a recogniser hears
	@scripts/bench.sh voice $$ARGS

bench-fuzz: ## A million damaged RTP packets against the media plane
	@scripts/bench.sh fuzz_rtp $$ARGS

bench-fuzz-texts: ## Damaged events, messages, files and answers against whatever reads them (ARGS="--seconds 600")
	@scripts/bench.sh fuzz $$ARGS

bench-torture: ## A hundred thousand strange and damaged SIP messages against an Asterisk of its own (ARGS="--messages 1000")
	@scripts/bench.sh torture $$ARGS

bench-pages: ## Write the results' figures into README.md and docs
	@scripts/bench-pages.sh

bench: ## Latency and answers of real calls to the running stack (CALLS=1,2,4,8,16: a capacity curve)
	@scripts/bench.sh conversation $$CALLS $$ARGS

bench-peer: ## Parley beside pipecat-ai: the same recordings, models and machine (ARGS="--every 4": a quick look)
	@scripts/bench.sh peer $$ARGS

bench-barge-in: ## How fast and how surely the agent is interrupted, on the running stack
	@scripts/bench.sh barge_in $$ARGS

bench-beside: ## Calls while visitors chat with the same agents, against calls alone (ARGS="20 50": so many calls, so many chats)
	@scripts/bench.sh beside $$ARGS

bench-knowledge: ## What the agents know: right, wrong and unknown answers (ARGS=--fast: without the model)
	@scripts/bench.sh knowledge $$ARGS

bench-values: ## What is understood of callers who are asked for a day, a time or a choice, with and without expected words
	@scripts/bench.sh values

bench-persons: ## Who asks for a person, and who only sounds like it
	@scripts/bench.sh persons $$ARGS

bench-insight: ## What is made of calls that are over, against what who reads them says (ARGS=--judge: the judge of simulated callers; --opinion: categories with a model's)
	@scripts/bench.sh insight $$ARGS

bench-analysis: ## Calls while those before them are analysed, against calls while none is (ARGS="2 3": so many at a time, so often)
	@scripts/bench.sh analysis $$ARGS

bench-replay: ## Cut-offs that a replay predicts of other settings, against real calls with them (ARGS="ENDPOINT_FAST_MS=300")
	@scripts/bench.sh predicted $$ARGS

bench-outbound: ## Who answers a call that is made: people and machines, on recordings made for it
	@scripts/bench.sh outbound $$ARGS

bench-campaign: ## Calls while a campaign makes its own, against calls alone (ARGS="10 200": so many calls, so many people)
	@scripts/bench.sh campaign $$ARGS

bench-injection: ## What the language model can be talked into, and what is got by it: nothing (ARGS=--fast: without it)
	@scripts/bench.sh injection $$ARGS

bench-faults: ## What live calls notice when parts die, hang, starve or are cut off (FAULTS="stt_kill hang", CALLS=20)
	@scripts/bench.sh faults $${CALLS:+--calls "$$CALLS"} $$FAULTS

soak: ## Many short calls and a long one: does anything leak? (HOURS=8 CALLS_PER_HOUR=250)
	@scripts/bench.sh soak $${HOURS:+--hours "$$HOURS"} $${CALLS_PER_HOUR:+--calls-per-hour "$$CALLS_PER_HOUR"}

bench-turns: ## Callers cut off against latency added, for every setting of the end of turn
	@scripts/bench.sh turns $$ARGS

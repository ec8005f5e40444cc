# What people and CI run. `make help` lists it; everything else is a detail of these.
PYTHON ?= python3
PY := .venv/bin/python
MANAGE := $(PY) manage.py
BLUESKY := .cache/bluesky
POSTGRES_URL ?= postgres://postgres@127.0.0.1:5432/postgres
TEST_REDIS_URL ?= redis://127.0.0.1:6379/0
BENCH_REDIS_URL ?= redis://127.0.0.1:6379/9
LOCK := .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header

# An environment for development also serves the demo, so that one does not undo the other.
RUNTIME := $(if $(wildcard .venv/.dev),.venv/.dev,.venv/.runtime)

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset run secrets test test-long test-postgres test-live races prove chaos check fix mutants bench bench-checks bench-send docs lock

help: ## この一覧を表示します (this list)
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: .venv/.dev ## 開発の環境を用意します (the development environment)

demo: $(RUNTIME) ## 見本の市を動かします。Ctrl-Cで終わります (the demo city; PORT=8000)
	@$(PY) -m scripts.demo

demo-reset: $(RUNTIME) ## 見本の市のデータを消して、最初からにします (forget the demo's data)
	@$(PY) -m scripts.demo --reset

run: $(RUNTIME) ## DATABASE_URLとREDIS_URLの設定で動かします (production processes on this machine)
	@$(PY) -m scripts.run

secrets: $(RUNTIME) ## 本番用の秘密をsecrets/に作ります (production secrets, never overwritten)
	@$(PY) -m scripts.make_secrets secrets

test: .venv/.dev ## すべてのテストを実行します (the whole suite but for test-long)
	@$(PY) -m pytest -m "not long and not live"

test-long: .venv/.dev ## 長くかかるテストを実行します: すべての画面をすべての人として見る、途中で止めるなど (crawls, crashes)
	@$(PY) -m pytest -m "long and not live"

test-postgres: .venv/.dev ## PostgreSQLとRedisで、もう一度実行します (actions, sending, one story)
	@DATABASE_URL=$(POSTGRES_URL) REDIS_URL=$(TEST_REDIS_URL) $(PY) -m pytest -m "both_databases and not live"

test-live: .venv/.dev ## 本物のサービスにつながるか、市の鍵で確かめます。LIVE_MAY_POST=1なら試験投稿を出して消します (LIVE_NETWORKS="mastodon bluesky")
	@$(PY) -m pytest -n0 -m live tests/live

races: .venv/.dev ## 同時に押したときの競り合いを、PostgreSQLで2,000回ずつ試します (five races on two free cores: about a quarter of an hour)
	@RACES=2000 DATABASE_URL=$(POSTGRES_URL) REDIS_URL=$(TEST_REDIS_URL) $(PY) -m pytest -n0 -q -s tests/races

prove: .venv/.dev ## 規程の判断の表を、すべての場合について確かめます (the whole decision table; three minutes on two free cores)
	@$(PY) -m tests.proof.prove

chaos: .venv/.dev ## 発信の途中で、止める・つながらなくする・データベースを切る・待ち行列を失う・時計を1時間ずらすを2,100件で試します。両方のデータベースで (never lost, never twice)
	@$(PY) -m tests.chaos
	@DATABASE_URL=$(POSTGRES_URL) $(PY) -m tests.chaos

check: .venv/.dev ## 書き方、型、構造、設定を調べます。何も書き換えません (changes nothing)
	@$(PY) -m scripts.check

fix: .venv/.dev ## 書き方を整えます (rewrites)
	@.venv/bin/ruff check --fix-only -q .
	@.venv/bin/ruff format -q .
	@DEBUG=1 $(MANAGE) write_docs

mutants: .venv/.dev ## 規則に小さな誤りを1つずつ入れ、試験が気づくか調べます (MODULE=rules/gates.py for one)
	@$(PY) -m scripts.mutants $(MODULE)

bench: .venv/.dev ## 速さを測ります (measurements)
	@$(PY) -m bench

bench-checks: .venv/.dev ## 内容の点検の速さを測ります (the content checks: a ratio to one tokenisation)
	@$(PY) -m bench.checks

bench-send: .venv/.dev ## 発信の速さをPostgreSQLとRedisで測ります (sending: ratios to baselines; an empty Redis database)
	@DATABASE_URL=$(POSTGRES_URL) REDIS_URL=$(BENCH_REDIS_URL) $(PY) -m bench.sending

docs: .venv/.dev ## 生成する文書を書き直します (the generated documents)
	@DEBUG=1 $(MANAGE) write_docs

lock: .venv/.dev ## 依存の固定ファイルを作り直します (the hashed locks)
	@$(LOCK) pyproject.toml -o requirements.lock
	@$(LOCK) pyproject.toml --group test --group lint -o requirements-dev.lock

.venv/.dev: requirements-dev.lock requirements-bootstrap.lock
	@$(PYTHON) scripts/bootstrap.py requirements-dev.lock
	@touch $@

.venv/.runtime: requirements.lock requirements-bootstrap.lock
	@$(PYTHON) scripts/bootstrap.py requirements.lock
	@touch $@

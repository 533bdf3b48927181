# `make` lists the targets. `make demo` and `make test` are all the set-up there is: each installs what it needs.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

TARGET  := wasm32-wasip2
CLIPPY  := -- --deny warnings
# The workspaces that hold code of ours: the host's, and those of the guests.
TOOLS   := --manifest-path tools/Cargo.toml
GUESTS  := --manifest-path tests/guests/Cargo.toml
TYPED   := --manifest-path tests/typed-guests/Cargo.toml
# The suite runs under nextest where it is installed, and then its doc tests apart; plain cargo runs both.
NEXTEST := $(shell cargo nextest --version >/dev/null 2>&1 && echo yes)

# What `cargo clippy -- --deny warnings` sets: `make test` compiles and lints at once, instead of checking all dependencies a
# second time for clippy. Programs of others are not linted.
CLIPPY_DRIVER := $(or $(shell command -v clippy-driver),clippy-driver-is-not-installed)
CLIPPY_DENIES := --deny__CLIPPY_HACKERY__warnings
OF_OTHERS     := env -u RUSTC_WORKSPACE_WRAPPER

# All but the fuzz targets, which `make fuzz` builds and lints with counters. The packages are all of the workspace, so that
# features are the same everywhere and each dependency is built once.
TARGETS := --lib --tests --benches --bin toolward --bin toolward-probe --bin toolward-bench --bin toolward-bench-minimal

# The fuzz targets are linked with libFuzzer, which wants a C++ compiler; nothing else does.
NO_FUZZ := $(shell command -v c++ >/dev/null || echo --exclude toolward-fuzz)

.PHONY: help demo test bench tools guests languages build fmt format lint fuzz fuzz-smoke deny target

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: tools build ## watch real tools work on this repository, under a scope
	@scripts/demo

test: export RUSTC_WORKSPACE_WRAPPER = $(CLIPPY_DRIVER)
test: export CLIPPY_ARGS = $(CLIPPY_DENIES)
test: tools guests languages format ## everything that must hold: formatting, lints, the whole suite
	@rm -f target/skipped
	cargo build --quiet --workspace $(TARGETS) $(NO_FUZZ)
ifeq ($(NEXTEST),yes)
	cargo nextest run --workspace -E 'binary(warm)'
	cargo nextest run --workspace -E 'not binary(warm)'
	cargo test --quiet --workspace --doc
else
	cargo test --package toolward-tests --test warm
	cargo test --workspace
endif
	cargo test --quiet $(TOOLS)
	@if [ -s target/skipped ]; then echo "Tests that this machine cannot make:"; sort -u target/skipped; fi

bench: tools ## measure, each figure beside its baseline
	@scripts/bench

tools: target ## build the tools for WASM, and fetch the existing programs that are tools too
	cargo build --quiet --release --target $(TARGET) $(TOOLS)
	$(OF_OTHERS) tools/existing.sh

guests: target ## build the guests of the test suite: the hostile ones, and the typed one
	cargo build --quiet --release --target $(TARGET) $(GUESTS)
	cargo build --quiet --release --target $(TARGET) $(TYPED)

languages: ## build the programs in JavaScript and Python that the test suite runs
	$(OF_OTHERS) tests/languages/build

# The whole workspace, so that features are the same here and in the suite: wasmtime is built once.
build:
	cargo build --quiet --workspace --bin toolward --bin toolward-probe

fmt: ## format all code
	cargo fmt --all
	cargo fmt --all $(TOOLS)
	cargo fmt --all $(GUESTS)
	cargo fmt --all $(TYPED)

lint: format ## check formatting and lints; a warning is an error
	cargo clippy --quiet --workspace --all-targets $(NO_FUZZ) $(CLIPPY)
	cargo clippy --quiet --workspace --all-targets $(TOOLS) $(CLIPPY)
	cargo clippy --quiet --release --target $(TARGET) $(GUESTS) $(CLIPPY)
	cargo clippy --quiet --release --target $(TARGET) $(TYPED) $(CLIPPY)

format: target
	cargo fmt --all --check
	cargo fmt --all --check $(TOOLS)
	cargo fmt --all --check $(GUESTS)
	cargo fmt --all --check $(TYPED)

fuzz: ## run every fuzz target for SECONDS_EACH (default 60)
	@scripts/fuzz $(or $(SECONDS_EACH),60)

fuzz-smoke: ## run every fuzz target for 20 seconds, as continuous integration does
	@scripts/fuzz 20

deny: ## check licences, sources and advisories of every dependency; needs cargo-deny
	cargo deny check
	cargo deny $(TOOLS) check
	cargo deny $(GUESTS) check
	cargo deny $(TYPED) check

target:
	@$(OF_OTHERS) scripts/wasip2-target

#pragma once

#include "hub/app/cli.hpp"

namespace hub::app {

// Each adds a command, or a group of commands, below `root`.
void add_run(Cli& cli, CLI::App& root);
void add_check_config(Cli& cli, CLI::App& root);
void add_migrate(Cli& cli, CLI::App& root);
void add_store(Cli& cli, CLI::App& root);
void add_audit(Cli& cli, CLI::App& root);
void add_prune(Cli& cli, CLI::App& root);
void add_erase(Cli& cli, CLI::App& root);
void add_status(Cli& cli, CLI::App& root);
void add_records(Cli& cli, CLI::App& root);
void add_profile(Cli& cli, CLI::App& root);
void add_plan(Cli& cli, CLI::App& root);
void add_resync(Cli& cli, CLI::App& root);
void add_explain(Cli& cli, CLI::App& root);
void add_curation(Cli& cli, CLI::App& root);
void add_history(Cli& cli, CLI::App& parent);
void add_conflicts(Cli& cli, CLI::App& root);
void add_conflict_decisions(Cli& cli, CLI::App& conflicts);  // `conflicts`: the group that add_conflicts made
void add_dead_letters(Cli& cli, CLI::App& root);
void add_waiting(Cli& cli, CLI::App& root);
void add_sources(Cli& cli, CLI::App& root);
void add_priority(Cli& cli, CLI::App& root);
void add_plugins(Cli& cli, CLI::App& root);
void add_version(Cli& cli, CLI::App& root);

}  // namespace hub::app

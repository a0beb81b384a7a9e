#include "hub/app/command_line.hpp"

#include "tests/support/hub_binary.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace {

using hub::app::CommandLine;
using hub::app::ExitCode;

struct Read {
  std::optional<ExitCode> ended;
  std::string out;
  std::string err;
};

Read read(std::vector<std::string> arguments) {
  std::ostringstream out, err;
  CommandLine line(out, err);
  const auto ended = line.parse(std::move(arguments));
  return {ended, out.str(), err.str()};
}

/// The words of a command line as a shell would see them: quotes keep spaces together.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words(1);
  char quote = 0;
  for (const char c : line) {
    if (quote != 0 ? c == quote : c == '\'' || c == '"')
      quote = quote != 0 ? char{0} : c;
    else if (c == ' ' && quote == 0)
      words.emplace_back();
    else
      words.back() += c;
  }
  std::erase(words, "");
  return words;
}

testing::AssertionResult is_understood(const std::string& line) {
  auto words = words_of(line);
  if (words.empty() || words.front() != "syncline")
    return testing::AssertionFailure() << "no syncline command: " << line;
  words.erase(words.begin());
  const Read result = read(words);
  if (!result.ended || *result.ended == ExitCode::kOk) return testing::AssertionSuccess();
  return testing::AssertionFailure() << line << "\n" << result.err;
}

TEST(CommandLine, UnderstandsEveryExampleOfItsHelp) {
  std::ostringstream out, err;
  const CommandLine line(out, err);
  EXPECT_GE(line.examples().size(), 25U);
  for (const std::string& example : line.examples()) EXPECT_TRUE(is_understood(example));
}

TEST(CommandLine, UnderstandsEveryExampleOfItsDocumentation) {
  std::istringstream document(tests::support::read_file(tests::support::source_folder() / "docs/cli.md"));
  int examples = 0;
  for (std::string line; std::getline(document, line);) {
    if (!line.starts_with("syncline ")) continue;
    ++examples;
    EXPECT_TRUE(is_understood(line.substr(0, line.find(" #"))));
  }
  EXPECT_GE(examples, 20);
}

TEST(CommandLine, TakesTheCommonOptionsBeforeAndAfterTheCommand) {
  for (const char* line :
       {"syncline --config x.yaml --set hub.name=a status", "syncline status --config x.yaml --set hub.name=a",
        "syncline waiting --config x.yaml", "syncline waiting list --config x.yaml",
        "syncline sources pause ERP --set a=1 --set b=2", "syncline sources pause --set a=1 ERP"})
    EXPECT_TRUE(is_understood(line));
}

TEST(CommandLine, SaysWhatIsWrongAndWhereToLook) {
  struct Case {
    std::vector<std::string> arguments;
    std::vector<std::string> says;
  };
  const Case cases[] = {
      {{"statsu"}, {"statsu", "did you mean status?", "see syncline --help"}},
      {{"status", "--jsn"}, {"--jsn", "did you mean --json?", "see syncline status --help"}},
      {{"records"}, {"needs one of its commands: list, show, history", "see syncline records --help"}},
      {{"records", "shwo", "client", "X"}, {"did you mean show?"}},
      {{"records", "show", "client"}, {"ID is required", "see syncline records show --help"}},
      {{"priority", "set", "ERP"}, {"N is required"}},
      {{"priority", "set", "ERP", "first"}, {"first"}},
      {{"priority", "set", "ERP", "-1"}, {"-1"}},
      {{"records", "list", "--limit", "0"}, {"--limit"}},
      {{"conflicts", "resolve", "CRM:1", "--take", "mine"}, {"mine", "incoming"}},
      {{"run", "--log-level", "loud"}, {"loud"}},
      {{"--config", "x.yaml"}, {"needs one of its commands"}},
  };
  for (const Case& c : cases) {
    const Read result = read(c.arguments);
    EXPECT_EQ(result.ended, ExitCode::kUsage) << testing::PrintToString(c.arguments);
    EXPECT_EQ(result.out, "");
    for (const std::string& text : c.says)
      EXPECT_NE(result.err.find(text), std::string::npos) << text << " is not in: " << result.err;
  }
}

TEST(CommandLine, WithoutArgumentsShowsTheHelpAsAnError) {
  const Read result = read({});
  EXPECT_EQ(result.ended, ExitCode::kUsage);
  EXPECT_NE(result.err.find("check-config"), std::string::npos);
}

TEST(CommandLine, HelpNamesExampleAndExitCodes) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"status", "--help"}, {"dead-letters", "replay", "-h"}}) {
    const Read result = read(arguments);
    EXPECT_EQ(result.ended, ExitCode::kOk);
    EXPECT_EQ(result.err, "");
    EXPECT_NE(result.out.find("Exit codes:"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("  syncline "), std::string::npos) << result.out;
  }
}

TEST(CommandLine, TellsItsVersion) {
  for (const char* argument : {"--version", "version"}) {
    std::ostringstream out, err;
    EXPECT_EQ(hub::app::run_command_line({argument}, out, err), 0);
    EXPECT_EQ(out.str().find("syncline "), 0U) << out.str();
  }
}

TEST(CommandLine, ReportsEveryProblemOfTheConfiguration) {
  const tests::support::TempDir folder;
  const std::string file = folder.write("hub.yaml", "hub: {lisen: x}\nentitys: {}\n").string();
  for (const char* command : {"check-config", "run", "status", "audit"}) {
    std::ostringstream out, err;
    EXPECT_EQ(hub::app::run_command_line({command, "--config", file}, out, err), 2) << command;
    EXPECT_NE(err.str().find(file + ":1:"), std::string::npos) << err.str();
    EXPECT_NE(err.str().find(file + ":2:1: "), std::string::npos) << err.str();
  }
}

TEST(CommandLine, RefusesAnOverrideWithoutAValue) {
  std::ostringstream out, err;
  EXPECT_EQ(hub::app::run_command_line({"check-config", "--config", "x.yaml", "--set", "hub.listen"}, out, err), 2);
  EXPECT_NE(err.str().find("--set takes KEY=VALUE"), std::string::npos) << err.str();
}

}  // namespace

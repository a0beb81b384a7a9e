#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace localdb::tests {

/// A folder of its own that goes with its owner.
class TempDir {
 public:
  explicit TempDir(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string pattern = (parent / "localdb-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The application that owns the database and knows nothing of the hub: the real sqlite3 shell, one process per script.
class Application {
 public:
  explicit Application(const std::string& schema,
                       const std::filesystem::path& parent = std::filesystem::temp_directory_path())
      : folder_(parent) {
    run("PRAGMA journal_mode = wal;");
    run(schema);
  }

  [[nodiscard]] std::string file() const { return (folder_.path() / "app.db").string(); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

  /// Runs a script and gives what it prints, without the last newline. Throws std::runtime_error with the shell's
  /// words.
  std::string run(const std::string& script) const {
    const TempDir scratch;
    const std::string input = (scratch.path() / "script.sql").string();
    std::ofstream(input) << ".timeout 20000\n" << script;
    FILE* shell = popen(("sqlite3 -batch -bail '" + file() + "' < '" + input + "' 2>&1").c_str(), "r");
    std::string output;
    for (int c = 0; (c = std::fgetc(shell)) != EOF;) output += static_cast<char>(c);
    if (pclose(shell) != 0) throw std::runtime_error(output);
    if (output.ends_with('\n')) output.pop_back();
    return output;
  }

 private:
  TempDir folder_;
};

}  // namespace localdb::tests

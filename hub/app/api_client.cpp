#include "hub/app/api_client.hpp"

#include "hub/app/cells.hpp"
#include "hub/app/data_folder.hpp"
#include "hub/app/table.hpp"
#include "hub/http/target.hpp"
#include "hub/store/lock.hpp"

#include <ostream>
#include <thread>

namespace hub::app {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{60'000};
constexpr milliseconds kStartPatience{2'000};  // for a hub that holds the data folder and is about to listen
constexpr milliseconds kPause{50};

ExitCode code_of(int status) {
  if (status == 400) return ExitCode::kUsage;
  if (status == 408 || status == 429 || status >= 500) return ExitCode::kAway;
  return ExitCode::kNo;
}

std::string problem_text(const ApiAnswer& answer) {
  const auto json = model::parse_json(answer.body);
  if (!json || json.value().kind != model::Json::Kind::kObject)
    return "the hub answers with status " + std::to_string(answer.status);
  const model::Json& problem = json.value();
  std::string text = printable(cell(problem, problem.find("detail") == nullptr ? "title" : "detail"));
  if (const model::Json* errors = problem.find("errors"))
    for (const model::Json& error : errors->items)
      text += "\n  " + printable(cell(error, "pointer") + ": " + cell(error, "detail"));
  return text;
}

}  // namespace

ApiClient ApiClient::connect(const config::Config& config) {
  const auto& data = config.hub.data;
  for (const auto until = std::chrono::steady_clock::now() + kStartPatience;; std::this_thread::sleep_for(kPause)) {
    const auto holder = store::DataLock::holder(data);
    if (!holder) break;
    if (!holder->url.empty()) return {over_http(holder->url, kPatience), true};
    if (std::chrono::steady_clock::now() >= until)
      throw CommandError(ExitCode::kAway, "process " + std::to_string(holder->pid) + " holds " + data.string() +
                                              " and does not listen; try again when it has started or ended");
  }
  if (const auto store = store_location(config.hub); stored_schema(store) == 0)
    throw CommandError(ExitCode::kAway, "there is no store in " + store.shown() +
                                            " yet: `syncline run` makes it, or `syncline migrate`");
  return {in_process(config), false};
}

ApiClient::Answer ApiClient::call(const ApiCall& call) const {
  ApiAnswer answer = transport_(call);
  if (answer.status == 301) {  // the record is an alias
    const auto alias = model::parse_json(answer.body);
    if (!alias) throw CommandError(ExitCode::kAway, "the hub answers with something that is no JSON");
    const std::string survivor = cell(alias.value(), "mergedInto");
    return this->call({call.method, path({"api", "records", cell(alias.value(), "entity"), survivor}), {}, {}});
  }
  if (answer.status < 200 || answer.status > 299) throw CommandError(code_of(answer.status), problem_text(answer));
  auto json = model::parse_json(answer.body);
  if (!json) throw CommandError(ExitCode::kAway, "the hub answers with something that is no JSON");
  return {std::move(answer.body), std::move(json).value()};
}

std::string path(std::initializer_list<std::string_view> segments) {
  std::string text;
  for (const std::string_view segment : segments) text += "/" + http::percent_encode(segment);
  return text;
}

Query& Query::add(std::string_view name, std::string_view value) {
  if (!value.empty()) text_ += (text_.empty() ? "?" : "&") + std::string(name) + "=" + http::percent_encode(value);
  return *this;
}

Query& Query::page(const Arguments& args) {
  return add("limit", std::to_string(args.limit)).add("cursor", args.cursor);
}

ApiClient connect(const Cli& cli) { return ApiClient::connect(load_config(cli.args)); }

bool wrote_json(const Cli& cli, const ApiClient::Answer& answer) {
  if (cli.args.json) cli.out << answer.text << '\n';
  return cli.args.json;
}

void write_next(const Cli& cli, const model::Json& list, const std::string& command) {
  if (const model::Json* next = list.find("next"); next != nullptr && next->kind == model::Json::Kind::kString)
    cli.out << "there are more: " << command << " --cursor " << next->text << '\n';
}

}  // namespace hub::app

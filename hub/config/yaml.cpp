#include "hub/config/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

namespace hub::config {
namespace {

constexpr std::size_t kMaxDepth = 24;
constexpr std::size_t kMaxNodes = 100'000;

/// Ends the reading of a document that breaks a rule of ours.
struct Refused {
  Place place;
  std::string message;
};

std::size_t size_of(const Node& node) {
  std::size_t size = 1;
  for (const Node& item : node.items) size += size_of(item);
  for (const Member& member : node.members) size += size_of(member.value);
  return size;
}

std::size_t depth_of(const Node& node) {
  std::size_t depth = 0;
  for (const Node& item : node.items) depth = std::max(depth, depth_of(item));
  for (const Member& member : node.members) depth = std::max(depth, depth_of(member.value));
  return depth + 1;
}

/// Builds the tree from the parser's events: unlike YAML::Node these still know duplicate keys and what was quoted.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const Place& place) : base_(place), root_(Node::Kind::kNull, place) {}

  [[nodiscard]] Node take() { return std::move(root_); }
  /// The place of the innermost map or list that is not closed yet, for errors at the end of the text.
  [[nodiscard]] Place innermost() const { return open_.empty() ? base_ : open_.back().node.place; }
  [[nodiscard]] Place place(const YAML::Mark& mark) const {
    return base_.line == 0 || mark.is_null() ? base_ : Place{base_.file, mark.line + 1, mark.column + 1};
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (document_ && *document_ == mark.pos)  // the parser gave a document of nothing and would do so for ever
      throw Refused{place(mark), "this is no valid YAML: nothing begins with this character"};
    if (document_) throw Refused{place(mark), "a second document begins here; keep to one in a file"};
    document_ = mark.pos;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_key(mark);
    add({Node::Kind::kNull, place(mark)}, anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    if (text.find('\0') != std::string::npos) throw Refused{place(mark), "a NUL character is refused"};
    if (awaits_key()) {
      open_.back().key = Member{text, place(mark), {}};
      return;
    }
    const bool quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!quoted) refuse_tag(mark, tag);
    Node node(Node::Kind::kScalar, place(mark), text);
    node.quoted = quoted;
    add(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_key(mark);
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused{place(mark), "this alias stands inside the value that it repeats"};
    nodes_ += size_of(found->second);
    refuse_depth(open_.size() + depth_of(found->second));
    add(found->second, YAML::NullAnchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Node::Kind::kList);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Node::Kind::kMap);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor;
    std::optional<Member> key;  // a key whose value comes next
  };

  [[nodiscard]] bool awaits_key() const {
    return !open_.empty() && open_.back().node.kind == Node::Kind::kMap && !open_.back().key;
  }

  void refuse_key(const YAML::Mark& mark) const {
    if (awaits_key()) throw Refused{place(mark), "a key must be a word; quote it if it is one"};
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!")
      throw Refused{place(mark), "tags other than !!str are refused; quote text instead"};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    refuse_key(mark);
    refuse_tag(mark, tag);
    open_.push_back({Node(kind, place(mark)), anchor, std::nullopt});
    refuse_depth(open_.size());
  }

  void close() {
    Open closed = std::move(open_.back());
    open_.pop_back();
    add(std::move(closed.node), closed.anchor);
  }

  void refuse_depth(std::size_t depth) const {
    if (depth > kMaxDepth)
      throw Refused{innermost(), "this is nested deeper than " + std::to_string(kMaxDepth) + " levels"};
  }

  void add(Node node, YAML::anchor_t anchor) {
    if (++nodes_ > kMaxNodes)
      throw Refused{node.place, "the document is larger than " + std::to_string(kMaxNodes) + " values"};
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.kind == Node::Kind::kList) {
      open_.back().node.items.push_back(std::move(node));
    } else {
      Member member = *std::exchange(open_.back().key, std::nullopt);
      member.value = std::move(node);
      open_.back().node.members.push_back(std::move(member));
    }
  }

  Place base_;
  std::optional<int> document_;  // where it begins, once it did
  std::size_t nodes_ = 0;
  std::vector<Open> open_;  // outermost first
  std::map<YAML::anchor_t, Node> anchors_;
  Node root_;
};

/// Where byte `offset` of `text` is, counted in bytes of its line.
Place place_of(std::string_view text, std::size_t offset, const Place& base) {
  if (base.line == 0) return base;
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return {base.file, static_cast<int>(line), static_cast<int>(offset - begin) + 1};
}

}  // namespace

std::optional<std::size_t> bad_text(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = byte(i);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xC2 ? 0
                               : first < 0xE0 ? 2
                               : first < 0xF0 ? 3
                               : first < 0xF5 ? 4
                                              : 0;
    if (length == 0 || first == 0) return i;
    for (std::size_t k = 1; k < length; ++k)
      if ((byte(i + k) & 0xC0U) != 0x80U) return i;
    const unsigned second = byte(i + 1);
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool beyond = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
    if (overlong || beyond) return i;
    i += length;
  }
  return std::nullopt;
}

std::optional<Node> read_yaml(std::string_view text, const Place& place, Findings& findings) {
  if (const auto bad = bad_text(text)) {
    findings.problem(place_of(text, *bad, place), "this byte is not UTF-8 text; save the file as UTF-8");
    return std::nullopt;
  }
  TreeBuilder builder(place);
  try {
    try {
      std::istringstream stream{std::string(text)};
      YAML::Parser parser(stream);
      while (parser.HandleNextDocument(builder)) {
      }
      return builder.take();
    } catch (const Refused& refused) {
      YAML::Load(std::string(text));  // broken syntax further on is the better explanation
      findings.problem(refused.place, refused.message);
    }
  } catch (const YAML::Exception& error) {
    // What is never closed is reported at the very beginning or behind the end: the place where it opens says more.
    const auto last_line = std::count(
        text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find_last_not_of(" \t\r\n") + 1), '\n');
    const bool at_end =
        error.mark.is_null() || error.mark.line > last_line || (error.mark.line == 0 && error.mark.column == 0);
    findings.problem(at_end ? builder.innermost() : builder.place(error.mark), "this is no valid YAML: " + error.msg);
  }
  return std::nullopt;
}

}  // namespace hub::config

"""What may include what: the layers of the hub, the SDK, the plugins, and third-party libraries."""

import re

# For each layer the layers that it may include beside itself. Its CMake line may name fewer, never others.
ALLOWED = {
    "base": set(),
    "model": {"base"},
    "config": {"base", "model"},
    "resolve": {"base", "model"},
    "store": {"base", "model"},
    "plugin": {"base", "model"},
    "sync": {"base", "model", "config", "resolve", "store", "plugin"},
    "http": {"base", "model", "config", "store", "sync"},
    "app": {"base", "model", "config", "resolve", "store", "plugin", "sync", "http"},
}

# Third-party headers: where they begin, what they are called, and the layers that may use them. The types stay inside:
# a header that includes one of them is the layer's own and no other layer includes it.
THIRD_PARTY = [
    (re.compile(r"^soci/"), "SOCI", {"store"}),
    (re.compile(r"^sqlite3\.h$"), "SQLite", {"store"}),
    (re.compile(r"^yaml-cpp/"), "yaml-cpp", {"config"}),
    (re.compile(r"^nlohmann/"), "nlohmann/json", {"model"}),
    (re.compile(r"^boost/(dll|process)\b"), "Boost.DLL", {"plugin"}),
    (re.compile(r"^boost/(beast|asio|url)\b"), "Beast and Asio", {"http", "app"}),
    (re.compile(r"^CLI/"), "CLI11", {"app"}),
    (re.compile(r"^(spdlog|fmt)/"), "spdlog", {"app"}),
    (re.compile(r"^openssl/"), "OpenSSL", {"base", "model", "http", "app"}),
]

# Names that betray such a type where no include does (a forward declaration, say).
_TYPES = re.compile(r"\b(soci|YAML|nlohmann|CLI|spdlog)::|\bnamespace (soci|YAML|nlohmann|CLI|spdlog)\b"
                    r"|\b(beast|boost::dll|boost::asio|asio)::|\bsqlite3(_stmt)?\s*\*")
_TYPE_LAYERS = {"soci": "store", "YAML": "config", "nlohmann": "model", "CLI": "app", "spdlog": "app", "beast": "http",
                "boost::dll": "plugin", "boost::asio": "http", "asio": "http", "sqlite3": "store"}


def check(sources):
    by_path = {source.path: source for source in sources}
    declared = {}
    findings = []
    for source in sources:
        if source.layer and source.name == "CMakeLists.txt":
            declared[source.layer] = _declared_layers(source)
            findings += _check_cmake(source, declared[source.layer])
    closed = _headers_with_foreign_types(sources, by_path)
    for source in sources:
        if not source.is_cpp:
            continue
        if source.layer:
            findings += _check_hub_file(source, declared.get(source.layer), closed)
        elif source.parts[0] in ("sdk", "plugins"):
            findings += _check_outside_file(source, by_path)
    return findings


def _declared_layers(source):
    """The layers of `hub_layer(<name> … LAYERS …)`, or None when the file has no such call."""
    call = re.search(r"hub_layer\(\s*\w+([^)]*)\)", source.text)
    if not call:
        return None
    layers = re.search(r"\bLAYERS\b([a-z_\s]*)", call.group(1))
    return set(layers.group(1).split()) if layers else set()


def _check_cmake(source, declared):
    if source.layer not in ALLOWED:
        yield source.finding(1, "layers", f"'{source.layer}' is no layer of the hub: {', '.join(ALLOWED)}")
        return
    for extra in sorted((declared or set()) - ALLOWED[source.layer]):
        yield source.finding(1, "layers", f"layer '{source.layer}' must not depend on '{extra}'")


def _check_hub_file(source, declared, closed):
    allowed = ALLOWED.get(source.layer, set()) if declared is None else declared
    for line, name, quoted in source.includes:
        target = name.split("/")
        if quoted and target[0] == "hub" and len(target) > 2:
            if target[1] != source.layer and target[1] not in allowed:
                yield source.finding(line, "layers", f"layer '{source.layer}' must not include '{name}'")
            elif target[1] != source.layer and name in closed:
                yield source.finding(line, "third-party",
                                     f"'{name}' shows {closed[name]}, which stays inside layer '{target[1]}'")
        elif name.startswith("syncline/") and source.layer != "plugin":
            yield source.finding(line, "layers", f"only layer 'plugin' speaks the plugin interface ('{name}')")
        else:
            library, layers = third_party(name)
            if library and source.layer not in layers:
                yield source.finding(line, "third-party", f"{library} ('{name}') belongs to {', '.join(sorted(layers))}")
    if source.suffix == ".hpp":
        for match in _TYPES.finditer(source.code):
            home = _home_of(match.group())
            if source.layer != home and not (home == "http" and source.layer == "app"):
                yield source.finding(source.line_at(match.start()), "third-party",
                                     f"'{match.group()}' in a header outside layer '{home}'")


def _check_outside_file(source, by_path):
    """The SDK knows nothing of the hub; a plugin knows the SDK and its own folder."""
    own = "/".join(source.parts[:2])
    for line, name, quoted in source.includes:
        inside = f"{own}/" if source.parts[0] == "plugins" else "sdk/"
        if name.startswith("hub/") or name.startswith("plugins/") and not name.startswith(inside):
            yield source.finding(line, "layers", f"{source.parts[0]} must not include '{name}'")


def third_party(name):
    """(library, layers) of a third-party header, or (None, None)."""
    for pattern, library, layers in THIRD_PARTY:
        if pattern.search(name):
            return library, layers
    return None, None


def _home_of(type_name):
    return next(home for word, home in _TYPE_LAYERS.items() if re.search(rf"\b{word}\b", type_name))


def _headers_with_foreign_types(sources, by_path):
    """Header path to the library whose types it shows, directly or through headers of its own layer."""
    closed = {}
    headers = [source for source in sources if source.layer and source.suffix == ".hpp"]
    for source in headers:
        libraries = [third_party(name)[0] for _, name, _ in source.includes if third_party(name)[0]]
        named = _TYPES.search(source.code)
        if libraries or named:
            closed[source.path] = libraries[0] if libraries else named.group()
    while True:
        reached = {source.path: closed[name] for source in headers for _, name, _ in source.includes
                   if source.path not in closed and name in closed
                   and by_path[name].layer == source.layer}
        if not reached:
            return closed
        closed.update(reached)

#include "plugins/localdb/session.hpp"

#include "plugins/localdb/tests/client_database.hpp"

#include <syncline/source.hpp>

namespace localdb {
namespace {

TEST(Session, LooksATableUpOnceUntilTheSchemaChanges) {
  const tests::Application application(tests::kClientSchema);
  const Settings settings = parse_settings("LocalDB", tests::settings_of(application));
  const syncline::testing::RecordedCall recorded;
  const syncline::Call call(recorded.get());
  const auto engine = make_engine(settings);
  Session session(settings, *engine);
  session.open(call);
  session.setup(true);
  const ReadyTable* first = &session.ready("client");
  EXPECT_EQ(&session.ready("client"), first);
  EXPECT_EQ(first->table.name, "client");
  application.run("DROP TRIGGER syncline_update_client;");
  EXPECT_THROW(static_cast<void>(session.ready("client")), syncline::Error);
}

}  // namespace
}  // namespace localdb

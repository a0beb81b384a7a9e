#include "tests/support/http_client.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tests::support {

namespace {

/// A server of one connection after another: for each it answers one prepared text per request head that it reads, then
/// closes.
class ScriptedServer {
 public:
  explicit ScriptedServer(const std::vector<std::vector<std::string>>& connections) : listener_(listen_on_loopback()) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, connections] {
      for (const auto& answers : connections) serve(answers);
    });
  }
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// All that was received; only after join() of the script.
  std::string received() {
    thread_.join();
    thread_ = std::thread([] {});
    return received_;
  }

 private:
  static int listen_on_loopback() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, 4) != 0)
      throw std::runtime_error("no port to listen on");
    return listener;
  }

  void serve(const std::vector<std::string>& answers) {
    const int peer = ::accept(listener_, nullptr, nullptr);
    if (peer < 0) return;
    for (const auto& answer : answers) {
      std::string head;
      char byte = 0;
      while (!head.ends_with("\r\n\r\n") && ::recv(peer, &byte, 1, 0) == 1) head += byte;
      received_ += head;
      ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
    ::close(peer);
  }

  int listener_;
  std::uint16_t port_ = 0;
  std::string received_;
  std::thread thread_;
};

}  // namespace

TEST(HttpClient, ReadsBodiesByLengthByChunksAndToTheEnd) {
  ScriptedServer server({{"HTTP/1.1 200 OK\r\ncontent-length: 7\r\nETag: \"3\"\r\n\r\n{\"a\":1}",
                          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 409 Conflict\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
                          "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nrest"}});
  HttpClient client(server.port());
  const auto first = client.get("/first", {{"If-None-Match", "x"}});
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.header("etag"), "\"3\"");
  EXPECT_EQ(first.json().at("a"), 1);
  const auto second = client.post("/second", "");
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(second.body, "abc0123456789");
  EXPECT_THROW(static_cast<void>(second.json()), std::runtime_error);
  EXPECT_EQ(client.del("/third").status, 204);
  EXPECT_EQ(client.get("/fourth").body, "rest");
  const auto received = server.received();
  EXPECT_TRUE(received.starts_with("GET /first HTTP/1.1\r\nHost: ")) << received;
  EXPECT_NE(received.find("\r\nIf-None-Match: x\r\n"), std::string::npos) << received;
  EXPECT_NE(received.find("POST /second HTTP/1.1\r\n"), std::string::npos) << received;
}

TEST(HttpClient, OpensANewConnectionWhenTheServerClosedTheOld) {
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  ScriptedServer server({{answer}, {answer}});
  HttpClient client(server.port());
  EXPECT_EQ(client.get("/").status, 200);
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(client.get("/").status, 200);
}

TEST(HttpClient, ThrowsWhenTheAnswerBreaksOffOrDoesNotCome) {
  ScriptedServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"}, {}});
  HttpClient client(server.port());
  EXPECT_THROW(client.get("/"), std::runtime_error);
  client.disconnect();
  EXPECT_THROW(client.get("/"), std::runtime_error);
}

TEST(HttpClient, ThrowsAtTheTimeout) {
  ScriptedServer server({{""}});
  HttpClient client(server.port(), std::chrono::milliseconds{50});
  client.send_raw("GET / HTTP/1.1\r\n");
  EXPECT_THROW(static_cast<void>(client.read_response()), std::runtime_error);
}

}  // namespace tests::support

import { describe, expect, it } from "vitest";
import { healthIn } from "../../../../tools/import/task/health-command";

const shell = (text: string) => ["CMD-SHELL", text];
const exec = (text: string, why: string) => ({ kind: "exec", command: ["/bin/sh", "-c", text], why });

describe("a health check of ECS", () => {
  it.each([
    ["curl -f http://localhost:3000/ || exit 1", "/", 3000],
    ["curl -fsS http://127.0.0.1:8501/_internal/health || exit 1", "/_internal/health", 8501],
    [
      "curl --fail --silent --max-time 3 'http://localhost:8080/healthz?deep=1' > /dev/null || exit 1",
      "/healthz?deep=1",
      8080,
    ],
    ["wget -q --spider http://localhost/ping || exit 1", "/ping", 80],
    ["wget --no-verbose --tries=1 --spider localhost:4000/up", "/up", 4000],
    ["curl -sf -o /dev/null http://localhost:$PORT/healthz || exit 1", "/healthz", "PORT"],
    [
      "node -e \"require('http').get('http://localhost:' + process.env.PORT + '/healthz', r => process.exit(r.statusCode === 200 ? 0 : 1))\"",
      "/healthz",
      "PORT",
    ],
    [
      "node -e \"fetch('http://localhost:3000/api/health').then(r => process.exit(r.ok ? 0 : 1))\"",
      "/api/health",
      3000,
    ],
    [
      "node -e \"require('http').get('http://localhost:3000/up', r => process.exit(r.statusCode >= 200 && r.statusCode < 300 ? 0 : 1))\"",
      "/up",
      3000,
    ],
    [
      "python -c \"import requests,sys; sys.exit(requests.get('http://localhost:8000/up').status_code != 200)\"",
      "/up",
      8000,
    ],
    ["python -c \"import requests; requests.get('http://localhost:8000/up').raise_for_status()\"", "/up", 8000],
    ["python -c \"import urllib.request; urllib.request.urlopen('http://localhost:8000/health')\"", "/health", 8000],
  ])("that is one request has a path: %s", (text, path, port) => {
    expect(healthIn(shell(text))).toEqual({ kind: "http", path, port });
  });

  it.each([
    ["curl -s http://localhost:9901/server_info | grep -q LIVE", "it is more than one request"],
    ["curl -f http://localhost:80/ && curl -f http://localhost:81/", "it is more than one request"],
    ["curl -f $(hostname -i):8080/", "it is more than one request"],
    ["curl -f -H 'Host: shop.example.com' http://localhost:8080/", "it asks with -H, which the kubelet does not"],
    ["curl -fk https://localhost:8443/", "it asks with -fk, which the kubelet does not"],
    ["curl -f https://localhost:8443/", "it asks by HTTPS, and the pod's port speaks HTTP"],
    ["curl -f http://db.example.com/", "it asks something else than localhost"],
    ["pg_isready -U postgres", "it is no request by HTTP"],
    ["curl -f http://localhost:8080/health || exit 0", "it never failed: its last word is that all is well"],
    ["wget --spider http://localhost:8080/health; exit 0", "it never failed: its last word is that all is well"],
    ["curl -f http://localhost:8080/health || true", "it never failed: its last word is that all is well"],
    ["curl -f http://localhost:8080/health; exit 1", "it is more than one request"],
    [
      "curl -s http://localhost:8080/health || exit 1",
      "it never failed by an answer: curl without --fail takes any status",
    ],
    [
      "curl -f localhost:8080/health?x=$HOSTNAME || exit 1",
      "its path has a variable of the shell, which the kubelet does not know",
    ],
    [
      "python -c \"import requests,sys; sys.exit(0 if requests.get('http://localhost:8080/h').status_code==401 else 1)\"",
      "it judges by another status than the kubelet (==401), which takes 200 to 399",
    ],
    [
      "node -e \"require('http').get('http://localhost:8080/x',r=>process.exit(r.statusCode===503?0:1))\"",
      "it judges by another status than the kubelet (===503), which takes 200 to 399",
    ],
    [
      "node -e \"require('http').get('http://localhost:8080/x',r=>process.exit(r.statusCode<500?0:1))\"",
      "it judges by another status than the kubelet (<500), which takes 200 to 399",
    ],
    [
      "node -e \"fetch('http://localhost:8080/hz').then(r=>process.exit(0)).catch(()=>process.exit(1))\"",
      "it never failed by an answer: it looks at no status",
    ],
    [
      "node -e \"fetch('http://localhost:3000/').then(r => r.json()).then(b => process.exit(b.ok ? 0 : 1))\"",
      "it looks at more than the status",
    ],
  ])("that is anything else is a command: %s", (text, why) => {
    expect(healthIn(shell(text))).toEqual(exec(text, why));
  });

  it("is words as they are without a shell", () => {
    expect(healthIn(["CMD", "rabbitmqctl", "status"])).toEqual({
      kind: "exec",
      command: ["rabbitmqctl", "status"],
      why: "it is no request by HTTP",
    });
    expect(healthIn(["CMD", "curl", "-f", "http://localhost:8080/healthz"])).toEqual({
      kind: "http",
      path: "/healthz",
      port: 8080,
    });
  });

  it("of which Docker runs only the first text is that text", () => {
    expect(healthIn(["CMD-SHELL", "curl -f http://localhost/", "|| exit 1"])).toEqual({
      kind: "http",
      path: "/",
      port: 80,
    });
  });

  it("that is switched off is none", () => {
    expect([healthIn([]), healthIn(["NONE"])]).toEqual([{ kind: "none" }, { kind: "none" }]);
  });
});

import { describe, expect, it } from "vitest";
import type { Draft } from "../../../../tools/import/draft";
import { convertFile } from "../../../support/import/ecs";

/** What a file means before anybody answers: the values, and the environment's part. */
const DRAFTS: Readonly<Record<string, Pick<Draft, "values" | "aws">>> = {
  "01-fargate-next-web.json": {
    values: {
      port: 3000,
      resources: { requests: { cpu: "500m", memory: "1024Mi" }, limits: { memory: "1024Mi" } },
      probes: {
        startup: { path: "/", periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 2 },
        liveness: { path: "/", periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 },
        readiness: { path: "/" },
      },
      env: { NODE_ENV: "production", NEXT_PUBLIC_ENV: "production" },
      shutdown: { graceSeconds: 80 },
      volumes: [{ path: "/tmp", size: "1Gi" }],
    },
    aws: { secrets: [], permissions: [], endpoints: [], ecr: "storefront" },
  },
  "02-fargate-envfile-pem-secret.json": {
    values: {
      port: 3000,
      resources: { requests: { cpu: "500m", memory: "819Mi" }, limits: { memory: "1024Mi" } },
      probes: { startup: {}, liveness: {}, readiness: {} },
      secrets: [{ name: "cdnsigningkey", env: "CDN_SIGNING_PRIVATEKEY" }],
      shutdown: { graceSeconds: 80 },
      volumes: [{ path: "/tmp", size: "1Gi" }],
    },
    aws: {
      secrets: [{ from: "secretsManager", name: "CdnSigningKey", to: "cdnsigningkey" }],
      permissions: [],
      endpoints: [],
      ecr: "orders-api",
    },
  },
  "03-fargate-path-secrets-same-suffix.json": {
    values: {
      port: 3000,
      resources: { requests: { cpu: "1", memory: "2048Mi" }, limits: { memory: "2048Mi" } },
      probes: { startup: {}, liveness: {}, readiness: {} },
      env: { NODE_ENV: "production", TRUST_PROXY: "true", SESSION_POOL_SIZE: "3", AWS_REGION: "us-east-1" },
      secrets: [
        { name: "prod-crawler-model-api-key", env: "MODEL_API_KEY" },
        { name: "prod-crawler-browser-api-key", env: "BROWSER_API_KEY" },
        { name: "prod-crawler-browser-project-id", env: "BROWSER_PROJECT_ID" },
        { name: "prod-crawler-api-keys-hashed", env: "API_KEYS_HASHED" },
      ],
      shutdown: { graceSeconds: 140 },
      volumes: [{ path: "/tmp", size: "1Gi" }],
    },
    aws: {
      secrets: [
        { from: "secretsManager", name: "/prod/crawler/model-api-key", to: "prod-crawler-model-api-key" },
        { from: "secretsManager", name: "/prod/crawler/browser-api-key", to: "prod-crawler-browser-api-key" },
        { from: "secretsManager", name: "/prod/crawler/browser-project-id", to: "prod-crawler-browser-project-id" },
        { from: "secretsManager", name: "/prod/crawler/api-keys-hashed", to: "prod-crawler-api-keys-hashed" },
      ],
      permissions: [],
      endpoints: [],
    },
  },
  "06-worker-ssm-plain-strings.json": {
    values: {
      resources: { requests: { cpu: "500m", memory: "1024Mi" }, limits: { memory: "1024Mi" } },
      env: { NODE_ENV: "production", AWS_REGION: "us-east-1" },
      secrets: [
        { name: "documents-s3-bucket", env: "S3_BUCKET" },
        { name: "documents-table-name", env: "TABLE_NAME" },
        { name: "documents-sqs-ingestion-queue-url", env: "SQS_INGESTION_QUEUE_URL" },
        { name: "documents-parser-api-key", env: "PARSER_API_KEY" },
        { name: "documents-parser-timeout-ms", env: "PARSER_TIMEOUT_MS" },
      ],
      shutdown: { graceSeconds: 50 },
      volumes: [{ path: "/tmp", size: "1Gi" }],
      consumers: {
        "documents-worker": {
          replicas: 1,
          resources: { requests: { cpu: "500m", memory: "1024Mi" }, limits: { memory: "1024Mi" } },
        },
      },
    },
    aws: {
      secrets: [
        { from: "parameterStore", name: "/documents/S3_BUCKET", to: "documents-s3-bucket" },
        { from: "parameterStore", name: "/documents/TABLE_NAME", to: "documents-table-name" },
        { from: "parameterStore", name: "/documents/SQS_INGESTION_QUEUE_URL", to: "documents-sqs-ingestion-queue-url" },
        { from: "parameterStore", name: "/documents/PARSER_API_KEY", to: "documents-parser-api-key" },
        { from: "parameterStore", name: "/documents/PARSER_TIMEOUT_MS", to: "documents-parser-timeout-ms" },
      ],
      permissions: [],
      endpoints: [],
      ecr: "documents-worker",
    },
  },
  "07-worker-shell-command-ps-health.json": {
    values: {
      resources: { requests: { cpu: "500m", memory: "1024Mi" }, limits: { memory: "1024Mi" } },
      env: {
        APP_NAME: "Analytics Example",
        DB_HOST: "analytics.cluster-abc123.us-east-1.rds.amazonaws.com",
        DB_PORT: "5432",
        REDIS_HOST: "analytics.abc123.0001.use1.cache.amazonaws.com",
        QUEUE_CONNECTION: "redis",
        CONTAINER_ROLE: "worker",
      },
      secrets: [
        { name: "analytics-app-key", env: "APP_KEY" },
        { name: "analytics-db-password", env: "DB_PASSWORD" },
      ],
      shutdown: { graceSeconds: 50 },
      volumes: [{ path: "/tmp", size: "1Gi" }],
      consumers: {
        "analytics-worker": {
          args: ["/bin/sh", "-c", "php artisan queue:work --queue=default,mail --sleep=3 --tries=3 --max-time=3600"],
          replicas: 1,
          probes: {
            startup: {
              command: ["/bin/sh", "-c", "ps aux | grep -v grep | grep 'queue:work' || exit 1"],
              periodSeconds: 30,
              timeoutSeconds: 5,
              failureThreshold: 2,
            },
            liveness: {
              command: ["/bin/sh", "-c", "ps aux | grep -v grep | grep 'queue:work' || exit 1"],
              periodSeconds: 30,
              timeoutSeconds: 5,
              failureThreshold: 3,
            },
          },
          resources: { requests: { cpu: "500m", memory: "1024Mi" }, limits: { memory: "1024Mi" } },
        },
      },
    },
    aws: {
      secrets: [
        { from: "secretsManager", name: "analytics/app-key", to: "analytics-app-key" },
        { from: "secretsManager", name: "analytics/db-password", to: "analytics-db-password" },
      ],
      permissions: [],
      endpoints: [],
      ecr: "analytics",
    },
  },
  "16-init-container-entrypoint-wrapper.json": {
    values: {
      shutdown: { graceSeconds: 50 },
      volumes: [{ path: "/tmp", size: "1Gi" }],
      consumers: {
        "your-app-name": {
          command: ["<ENTRYPOINT>"],
          replicas: 1,
          resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "512Mi" } },
        },
      },
    },
    aws: { secrets: [], permissions: [], endpoints: [] },
  },
  "24-hardened-readonly-two-scratch.json": {
    values: {
      port: 8501,
      resources: { requests: { cpu: "500m", memory: "1024Mi" }, limits: { memory: "1024Mi" } },
      probes: {
        startup: { path: "/_internal/health", periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 2 },
        liveness: { path: "/_internal/health", periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 },
        readiness: { path: "/_internal/health" },
      },
      env: { SERVER_ENABLE_CORS: "false" },
      secrets: [{ name: "dashboard-secrets-toml", env: "SECRETS_TOML" }],
      shutdown: { graceSeconds: 80 },
      volumes: [
        { path: "/home/app", size: "1Gi" },
        { path: "/tmp", size: "1Gi" },
      ],
    },
    aws: {
      secrets: [{ from: "secretsManager", name: "dashboard/secrets-toml", to: "dashboard-secrets-toml" }],
      permissions: [],
      endpoints: [],
    },
  },
  "28-four-containers-redis-efs.json": {
    values: {
      args: ["/opt/app/venv/bin/app", "run"],
      port: 5002,
      resources: { requests: { cpu: "2", memory: "4096Mi" }, limits: { memory: "4096Mi" } },
      probes: {
        startup: { path: "/health", periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 2 },
        liveness: { path: "/health", periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 },
        readiness: { path: "/health" },
      },
      env: { WSGI_SERVER: "gunicorn", REDIS_URL: "redis://localhost:6379/0" },
      secrets: [{ name: "suite-db-password", env: "DB_PASSWORD" }],
      shutdown: { graceSeconds: 80 },
      volumes: [{ path: "/tmp", size: "1Gi" }],
      consumers: {
        worker: {
          args: ["/opt/app/venv/bin/worker", "run"],
          replicas: 1,
          resources: { requests: { cpu: "1", memory: "4096Mi" }, limits: { memory: "4096Mi" } },
        },
      },
    },
    aws: {
      secrets: [{ from: "secretsManager", name: "suite/db-password", to: "suite-db-password" }],
      permissions: [],
      endpoints: [],
      ecr: "suite",
    },
  },
  "40-same-image-server-worker-cron.json": {
    values: {
      port: 8080,
      resources: { requests: { cpu: "1", memory: "2048Mi" }, limits: { memory: "2048Mi" } },
      probes: {
        startup: { path: "/healthz", periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 3 },
        liveness: { path: "/healthz", periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 3 },
        readiness: { path: "/healthz" },
      },
      env: {
        NODE_OPTIONS: "--max-old-space-size=1800",
        PUBLIC_URL: "https://api.example.com",
        TEMPLATE: "Hello $(NAME), you owe $$5",
      },
      secrets: [{ name: "mono-database-url", env: "DATABASE_URL" }],
      shutdown: { graceSeconds: 80 },
      volumes: [{ path: "/tmp", size: "1Gi" }],
      migration: { enabled: true, args: ["node", "dist/migrate.js"] },
    },
    aws: {
      secrets: [{ from: "secretsManager", name: "mono/database", key: "url", to: "mono-database-url" }],
      permissions: [],
      endpoints: [],
      ecr: "mono",
    },
  },
};

describe("the draft of", () => {
  it.each(Object.entries(DRAFTS))("%s is what the file means", (file, expected) => {
    const { draft } = convertFile(file, { application: /^0[67]/.test(file) ? "jobs" : "shop" });
    expect({ values: draft.values, aws: draft.aws }).toEqual(expected);
  });
});

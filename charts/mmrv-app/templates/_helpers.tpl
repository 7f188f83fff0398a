{{/* Name, namespace and labels of an object. Takes root, name. */}}
{{- define "app.metadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  app.kubernetes.io/name: {{ .root.Release.Name }}
  app.kubernetes.io/part-of: mmrv
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
  {{- with .root.Values.image.tag }}
  app.kubernetes.io/version: {{ . | quote }}
  {{- end }}
  helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
  environment: {{ .root.Values.environment }}
{{- end -}}

{{/*
The labels of one kind of pod, which its owner selects it by and so can never change. What changes with a version of
chart or image is left to other objects: in a pod it would restart all of them. Takes root, component.
*/}}
{{- define "app.podLabels" -}}
app.kubernetes.io/name: {{ .root.Release.Name }}
app.kubernetes.io/part-of: mmrv
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "app.image" -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- end -}}

{{/* Words as the container gets them: Kubernetes would expand $(NAME), which ECS does not. */}}
{{- define "app.words" -}}
{{- $words := list -}}
{{- range . }}{{ $words = append $words (replace "$" "$$" .) }}{{ end -}}
{{ $words | toJson }}
{{- end -}}

{{/*
Variables that are no secret, as JSON. By envFrom, where Kubernetes expands nothing. Our region is what Fargate sets by
itself; the application may say another.
*/}}
{{- define "app.variables" -}}
{{- $ours := include "app.awsVariables" . | fromJson -}}
{{- with .Values.port }}{{ $_ := set $ours "PORT" (toString .) }}{{ end -}}
{{- merge (dict) .Values.env $ours | toJson -}}
{{- end -}}

{{/* Those by which the SDKs of AWS find the role, as JSON. */}}
{{- define "app.awsVariables" -}}
{{- $variables := dict -}}
{{- with .Values.aws -}}
{{- $variables = dict
      "AWS_ROLE_ARN" .roleArn
      "AWS_WEB_IDENTITY_TOKEN_FILE" "/var/run/secrets/aws/token"
      "AWS_STS_REGIONAL_ENDPOINTS" "regional"
      "AWS_REGION" .region
      "AWS_DEFAULT_REGION" .region -}}
{{- end -}}
{{- $variables | toJson -}}
{{- end -}}

{{/* The secrets that are also variables, as JSON. */}}
{{- define "app.secretVariables" -}}
{{- $variables := list -}}
{{- range .Values.secrets }}{{ if .env }}{{ $variables = append $variables . }}{{ end }}{{ end -}}
{{ $variables | toJson }}
{{- end -}}

{{/* What the Secret for variables holds, as JSON: a sidecar's under keys of its own, so that the application gets none of it. */}}
{{- define "app.syncedVariables" -}}
{{- $variables := include "app.secretVariables" . | fromJsonArray -}}
{{- range $name, $sidecar := .Values.sidecars -}}
{{- range .secrets }}{{ $variables = append $variables (dict "name" .name "env" (printf "%s.%s" $name .env)) }}{{ end -}}
{{- end -}}
{{ $variables | toJson }}
{{- end -}}

{{/*
The Secret that the driver makes for variables. It never adds a key to one that is there, and new pods would wait for
the key for ever (kubernetes-sigs/secrets-store-csi-driver#674): other variables, another Secret. Takes root, settings.
*/}}
{{- define "app.syncedSecret" -}}
{{ .settings }}-{{ include "app.syncedVariables" .root | sha256sum | trunc 8 }}
{{- end -}}

{{/* What pods fetch from the vault. Takes root, settings. */}}
{{- define "app.secretProviderClassSpec" -}}
{{- $values := .root.Values -}}
provider: azure
parameters:
  clientID: {{ $values.identity.clientId | quote }}
  keyvaultName: {{ $values.vault.name | quote }}
  tenantId: {{ $values.vault.tenantId | quote }}
  objects: |
    array:
      {{- range $values.secrets }}
      - |
        objectName: {{ .name | quote }}
        objectType: secret
      {{- end }}
{{- with include "app.syncedVariables" .root | fromJsonArray }}
secretObjects:
  - secretName: {{ include "app.syncedSecret" $ }}
    type: Opaque
    data:
      {{- range . }}
      - { objectName: {{ .name | quote }}, key: {{ .env }} }
      {{- end }}
{{- end }}
{{- end -}}

{{/* Of a command the kubelet expands $(NAME) as well (pkg/kubelet/prober/prober.go). Takes probe, port. */}}
{{- define "app.probe" -}}
{{- if .probe.command -}}
exec: { command: {{ include "app.words" .probe.command }} }
{{- else -}}
httpGet: { path: {{ .probe.path | quote }}, port: {{ .port }} }
{{- end }}
periodSeconds: {{ .probe.periodSeconds }}
timeoutSeconds: {{ .probe.timeoutSeconds }}
failureThreshold: {{ .probe.failureThreshold }}
{{- end -}}

{{/* The user that images must run as; Pod Security "restricted" asks for the rest. */}}
{{- define "app.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "app.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
privileged: false
capabilities: { drop: [ALL] }
{{- end -}}

{{/*
What a container asks for, with its disk: emptyDirs and logs are on the node's own, and a pod that asks for none of it is put where
none is left, and is the first to be evicted. AKS keeps five files of 50 MB of a container's log
(learn.microsoft.com/azure/aks/custom-node-configuration). Takes resources, volumes.
*/}}
{{- define "app.resources" -}}
{{- $disk := 250 -}}
{{- range .volumes -}}
{{- $disk = add $disk (mul (regexFind "^[0-9]+" .size) (ternary 1024 1 (hasSuffix "Gi" .size))) -}}
{{- end -}}
{{- merge (dict "requests" (dict "ephemeral-storage" (printf "%dMi" $disk))) .resources | toYaml -}}
{{- end -}}

{{/*
A container beside the server's, with nothing of the application's but what it is given by name. One that starts first is a
native sidecar, which Kubernetes stops last; any other leaves when the server does, so it waits as long before SIGTERM.
Takes root, settings, name, sidecar.
*/}}
{{- define "app.sidecar" -}}
{{- $values := .root.Values -}}
{{- $variables := .sidecar.env | default dict -}}
{{- $aws := and .sidecar.usesIdentity $values.aws -}}
{{- if $aws }}{{ $variables = merge (dict) $variables (include "app.awsVariables" .root | fromJson) }}{{ end -}}
name: {{ .name }}
{{- with .sidecar.image }}
{{- $registry := $values.image.repository | splitList "/" | first }}
image: {{ empty .repository | ternary $values.image.repository (printf "%s/%s" $registry .repository) }}@{{ .digest }}
{{- else }}
image: {{ include "app.image" .root }}
{{- end }}
{{- if .sidecar.startsFirst }}
restartPolicy: Always
{{- end }}
{{- with .sidecar.command }}
command: {{ include "app.words" . }}
{{- end }}
{{- with .sidecar.args }}
args: {{ include "app.words" . }}
{{- end }}
{{- with .sidecar.workingDir }}
workingDir: {{ . }}
{{- end }}
{{- if or $variables .sidecar.secrets }}
env:
  {{- range $name, $value := $variables }}
  - { name: {{ $name | quote }}, value: {{ $value | replace "$" "$$" | toJson }} }
  {{- end }}
  {{- range .sidecar.secrets }}
  - name: {{ .env | quote }}
    valueFrom:
      secretKeyRef: { name: {{ include "app.syncedSecret" $ }}, key: {{ $.name }}.{{ .env }} }
  {{- end }}
{{- end }}
{{- with .sidecar.port }}
ports:
  - { containerPort: {{ . }}, protocol: TCP }
{{- end }}
{{- range $kind, $probe := .sidecar.probes }}
{{ $kind }}Probe: {{- include "app.probe" (dict "probe" $probe "port" $.sidecar.port) | nindent 2 }}
{{- end }}
{{- if and $values.shutdown.preStopSeconds (not .sidecar.startsFirst) }}
lifecycle:
  preStop:
    sleep: { seconds: {{ $values.shutdown.preStopSeconds }} }
{{- end }}
resources: {{- include "app.resources" (dict "resources" .sidecar.resources "volumes" .sidecar.volumes) | nindent 2 }}
securityContext: {{- include "app.containerSecurity" . | nindent 2 }}
{{- if or .sidecar.volumes .sidecar.mounts $aws }}
volumeMounts:
  {{- range $index, $volume := .sidecar.volumes }}
  - { name: sidecar-{{ $.name }}-{{ $index }}, mountPath: {{ .path }} }
  {{- end }}
  {{- range $mount := .sidecar.mounts }}
  {{- range $index, $volume := $values.volumes }}
  {{- if eq .path $mount.volume }}
  - { name: writable-{{ $index }}, mountPath: {{ $mount.path }} }
  {{- end }}
  {{- end }}
  {{- end }}
  {{- if $aws }}
  - { name: aws-token, mountPath: /var/run/secrets/aws, readOnly: true }
  {{- end }}
{{- end }}
{{- end -}}

{{/*
The pods of server, consumers, cron jobs and migration: one template, so that they cannot drift apart. Takes root,
component, settings (the ConfigMap and SecretProviderClass), process (with command, args, workingDir), resources, probes, and
isServer, isJob. Sidecars are the server's alone: a container that goes on beside a job keeps it from ending, and a consumer is
one process that a proxy or an agent would multiply.
*/}}
{{- define "app.podTemplate" -}}
{{- $values := .root.Values -}}
{{- $sidecars := dict -}}
{{- if .isServer }}{{ $sidecars = $values.sidecars }}{{ end -}}
{{- $strangers := list -}}
{{- $first := dict -}}
{{- $beside := dict -}}
{{- range $name, $sidecar := $sidecars -}}
{{- if not .usesIdentity }}{{ $strangers = append $strangers $name }}{{ end -}}
{{- $_ := set (.startsFirst | default false | ternary $first $beside) $name $sidecar -}}
{{- end -}}
metadata:
  labels:
    {{- include "app.podLabels" . | nindent 4 }}
    azure.workload.identity/use: "true"
  annotations:
    # Pods read both only when they start.
    checksum/variables: {{ include "app.variables" .root | sha256sum }}
    checksum/secrets: {{ $values.secrets | toJson | sha256sum }}
    {{- with $strangers }}
    # Who gets no token for Azure: to all others the webhook of AKS gives one.
    azure.workload.identity/skip-containers: {{ join ";" . | quote }}
    {{- end }}
spec:
  serviceAccountName: {{ .root.Release.Name }}
  # Nothing here asks the API server; tokens for Azure and AWS come by volumes of their own.
  automountServiceAccountToken: false
  # They would add BACKEND_PORT=tcp://... to the frontend's environment, and the like.
  enableServiceLinks: false
  {{- if .isJob }}
  restartPolicy: Never
  {{- end }}
  terminationGracePeriodSeconds: {{ $values.shutdown.graceSeconds }}
  securityContext: {{- include "app.podSecurity" . | nindent 4 }}
  {{- if not .isJob }}
  # ScheduleAnyway: with a zone down, the others must take its pods. Pods of the revision that leaves do not count, or
  # the new ones would stand lopsided when it is gone.
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {{- include "app.podLabels" $ | nindent 10 }}
      matchLabelKeys: [pod-template-hash]
    {{- end }}
  {{- end }}
  {{- with $first }}
  initContainers:
    {{- range $name, $sidecar := . }}
    - {{- include "app.sidecar" (dict "root" $.root "settings" $.settings "name" $name "sidecar" $sidecar) | nindent 6 }}
    {{- end }}
  {{- end }}
  containers:
    - name: {{ .root.Release.Name }}
      image: {{ include "app.image" .root }}
      {{- with .process.command }}
      command: {{ include "app.words" . }}
      {{- end }}
      {{- with .process.args }}
      args: {{ include "app.words" . }}
      {{- end }}
      {{- with .process.workingDir }}
      workingDir: {{ . }}
      {{- end }}
      envFrom:
        - configMapRef: { name: {{ .settings }} }
      {{- with include "app.secretVariables" .root | fromJsonArray }}
      env:
        {{- range . }}
        - name: {{ .env }}
          valueFrom:
            secretKeyRef: { name: {{ include "app.syncedSecret" $ }}, key: {{ .env }} }
        {{- end }}
      {{- end }}
      {{- if .isServer }}
      ports:
        - { name: http, containerPort: {{ $values.port }}, protocol: TCP }
      {{- end }}
      {{- range $kind, $probe := .probes }}
      {{ $kind }}Probe: {{- include "app.probe" (dict "probe" $probe "port" "http") | nindent 8 }}
      {{- end }}
      {{- if .isServer }}
      {{- with $values.shutdown.preStopSeconds }}
      lifecycle:
        preStop:
          sleep: { seconds: {{ . }} }
      {{- end }}
      {{- end }}
      resources: {{- include "app.resources" (dict "resources" .resources "volumes" $values.volumes) | nindent 8 }}
      securityContext: {{- include "app.containerSecurity" . | nindent 8 }}
      {{- if or $values.volumes $values.secrets $values.aws }}
      volumeMounts:
        {{- range $index, $volume := $values.volumes }}
        - { name: writable-{{ $index }}, mountPath: {{ .path }} }
        {{- end }}
        {{- if $values.secrets }}
        - { name: secrets, mountPath: /mnt/secrets, readOnly: true }
        {{- end }}
        {{- if $values.aws }}
        - { name: aws-token, mountPath: /var/run/secrets/aws, readOnly: true }
        {{- end }}
      {{- end }}
    {{- range $name, $sidecar := $beside }}
    - {{- include "app.sidecar" (dict "root" $.root "settings" $.settings "name" $name "sidecar" $sidecar) | nindent 6 }}
    {{- end }}
  {{- $own := list -}}
  {{- range $name, $sidecar := $sidecars -}}
  {{- range $index, $volume := .volumes }}{{ $own = append $own (dict "name" (printf "sidecar-%s-%d" $name $index) "size" .size) }}{{ end -}}
  {{- end -}}
  {{- if or $values.volumes $values.secrets $values.aws $own }}
  volumes:
    {{- range $index, $volume := $values.volumes }}
    - name: writable-{{ $index }}
      emptyDir: { sizeLimit: {{ .size }} }
    {{- end }}
    {{- range $own }}
    - name: {{ .name }}
      emptyDir: { sizeLimit: {{ .size }} }
    {{- end }}
    {{- if $values.secrets }}
    - name: secrets
      csi:
        driver: secrets-store.csi.k8s.io
        readOnly: true
        volumeAttributes: { secretProviderClass: {{ .settings }} }
    {{- end }}
    {{- if $values.aws }}
    # The SDKs of AWS trade it for a role by themselves; the kubelet renews it.
    - name: aws-token
      projected:
        sources:
          - serviceAccountToken: { audience: sts.amazonaws.com, expirationSeconds: 3600, path: token }
    {{- end }}
  {{- end }}
{{- end -}}

{{/* Where a route of a host answers, as JSON: there, and at the names that serve the same. */}}
{{- define "app.hosts" -}}
{{- $aliases := .root.Values.gateway.aliases | default dict -}}
{{- prepend (get $aliases .host | default list) .host | toJson -}}
{{- end -}}

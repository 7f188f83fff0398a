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
{{- $ours := dict -}}
{{- with .Values.port }}{{ $ours = dict "PORT" (toString .) }}{{ end -}}
{{- with .Values.aws -}}
{{- $ours = merge $ours (dict
      "AWS_ROLE_ARN" .roleArn
      "AWS_WEB_IDENTITY_TOKEN_FILE" "/var/run/secrets/aws/token"
      "AWS_STS_REGIONAL_ENDPOINTS" "regional"
      "AWS_REGION" .region
      "AWS_DEFAULT_REGION" .region) -}}
{{- end -}}
{{- merge (dict) .Values.env $ours | toJson -}}
{{- end -}}

{{/* The secrets that are also variables, as JSON. */}}
{{- define "app.secretVariables" -}}
{{- $variables := list -}}
{{- range .Values.secrets }}{{ if .env }}{{ $variables = append $variables . }}{{ end }}{{ end -}}
{{ $variables | toJson }}
{{- end -}}

{{/*
The Secret that the driver makes for variables. It never adds a key to one that is there, and new pods would wait for
the key for ever (kubernetes-sigs/secrets-store-csi-driver#674): other variables, another Secret. Takes root, settings.
*/}}
{{- define "app.syncedSecret" -}}
{{ .settings }}-{{ include "app.secretVariables" .root | sha256sum | trunc 8 }}
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
{{- with include "app.secretVariables" .root | fromJsonArray }}
secretObjects:
  - secretName: {{ include "app.syncedSecret" $ }}
    type: Opaque
    data:
      {{- range . }}
      - { objectName: {{ .name | quote }}, key: {{ .env }} }
      {{- end }}
{{- end }}
{{- end -}}

{{- define "app.probe" -}}
httpGet: { path: {{ .path | quote }}, port: http }
periodSeconds: {{ .periodSeconds }}
timeoutSeconds: {{ .timeoutSeconds }}
failureThreshold: {{ .failureThreshold }}
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
What a pod asks for, with its disk: emptyDirs and logs are on the node's own, and a pod that asks for none of it is put where
none is left, and is the first to be evicted. AKS keeps five files of 50 MB of a container's log
(learn.microsoft.com/azure/aks/custom-node-configuration). Takes root, resources.
*/}}
{{- define "app.resources" -}}
{{- $disk := 250 -}}
{{- range .root.Values.volumes -}}
{{- $disk = add $disk (mul (regexFind "^[0-9]+" .size) (ternary 1024 1 (hasSuffix "Gi" .size))) -}}
{{- end -}}
{{- merge (dict "requests" (dict "ephemeral-storage" (printf "%dMi" $disk))) .resources | toYaml -}}
{{- end -}}

{{/*
The pods of server, consumers, cron jobs and migration: one template, so that they cannot drift apart. Takes root,
component, settings (the ConfigMap and SecretProviderClass), args, resources, and isServer, isJob.
*/}}
{{- define "app.podTemplate" -}}
{{- $values := .root.Values -}}
metadata:
  labels:
    {{- include "app.podLabels" . | nindent 4 }}
    azure.workload.identity/use: "true"
  annotations:
    # Pods read both only when they start.
    checksum/variables: {{ include "app.variables" .root | sha256sum }}
    checksum/secrets: {{ $values.secrets | toJson | sha256sum }}
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
  containers:
    - name: {{ .root.Release.Name }}
      image: {{ include "app.image" .root }}
      {{- with .args }}
      args: {{ include "app.words" . }}
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
      {{- range $kind, $probe := $values.probes }}
      {{ $kind }}Probe: {{- include "app.probe" $probe | nindent 8 }}
      {{- end }}
      {{- with $values.shutdown.preStopSeconds }}
      lifecycle:
        preStop:
          sleep: { seconds: {{ . }} }
      {{- end }}
      {{- end }}
      resources: {{- include "app.resources" . | nindent 8 }}
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
  {{- if or $values.volumes $values.secrets $values.aws }}
  volumes:
    {{- range $index, $volume := $values.volumes }}
    - name: writable-{{ $index }}
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

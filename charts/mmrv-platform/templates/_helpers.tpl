{{- define "platform.labels" -}}
app.kubernetes.io/name: mmrv-platform
app.kubernetes.io/part-of: mmrv
app.kubernetes.io/managed-by: {{ .Release.Service }}
environment: {{ .Values.environment }}
{{- end -}}

{{/* The pods of one application, whatever they do: server, consumer, job. */}}
{{- define "platform.pods" -}}
matchLabels:
  app.kubernetes.io/name: {{ . }}
  app.kubernetes.io/part-of: mmrv
{{- end -}}

{{/* What Envoy Gateway puts on the pods of our gateway; the deployment's selector is made of it and never changes. */}}
{{- define "platform.proxyLabels" -}}
gateway.envoyproxy.io/owning-gateway-name: mmrv
gateway.envoyproxy.io/owning-gateway-namespace: {{ .Release.Namespace }}
{{- end -}}

{{/* The gateway's pods, as a peer of a network policy. */}}
{{- define "platform.proxies" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .Values.proxyNamespace }}
  podSelector:
    matchLabels:
      {{- include "platform.proxyLabels" . | nindent 6 }}
{{- end -}}

{{/* The internet: neither our ranges, nor the machine's own services (169.254.169.254 hands out the node's identity). */}}
{{- define "platform.outside" -}}
cidr: 0.0.0.0/0
except:
  {{- range concat .Values.network.insideRanges (list "169.254.0.0/16" "168.63.129.16/32") | uniq }}
  - {{ . }}
  {{- end }}
{{- end -}}

{{/*
Every host of the applications, as JSON: what its listener and certificate are called after (as listenerOf in model/naming.ts),
how it is proven, in which zone when that is one of its own, and where to it redirects, if it does.
*/}}
{{- define "platform.names" -}}
{{- $names := list -}}
{{- range . -}}
{{- $application := .name -}}
{{- with .web -}}
{{- $first := . -}}
{{- $names = append $names (dict "name" $application "host" .host "challenge" .challenge) -}}
{{- range .also -}}
{{- $name := dict "name" (printf "%s-%s" $application .host) "host" .host "challenge" $first.challenge -}}
{{- with .hostedZoneId }}{{ $_ := set $name "zone" . }}{{ end -}}
{{- if eq .does "redirects" }}{{ $_ := set $name "to" $first.host }}{{ end -}}
{{- $names = append $names $name -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $names | toJson -}}
{{- end -}}

{{/* The domains whose certificates are proven by the given kind of challenge, as JSON. */}}
{{- define "platform.hosts" -}}
{{- $hosts := list -}}
{{- range include "platform.names" .applications | fromJsonArray }}{{ if eq .challenge $.challenge }}{{ $hosts = append $hosts .host }}{{ end }}{{ end -}}
{{- $hosts | toJson -}}
{{- end -}}

{{- define "platform.mebibytes" -}}
{{- if hasSuffix "Gi" . }}{{ trimSuffix "Gi" . | atoi | mul 1024 }}{{ else }}{{ trimSuffix "Mi" . }}{{ end -}}
{{- end -}}

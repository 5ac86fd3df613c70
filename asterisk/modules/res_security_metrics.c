/*
 * Counts what Asterisk finds wrong with those who want in, for Prometheus:
 *
 *   parley_sip_auth_failures_total{reason="password"|"user"|"address"|"request"}
 *
 * Asterisk tells security events to its log (res_security_log) and to AMI, which is off, but counts none. Counted here,
 * where they arise: a log is read late or not at all, and a scan fills it.
 *
 * Built against Asterisk's headers and loaded into it, hence under its licence: GPL-2.0-only.
 */
#define AST_MODULE "res_security_metrics"
#define AST_MODULE_SELF_SYM __internal_res_security_metrics_self

#include <asterisk.h>
#include <asterisk/json.h>
#include <asterisk/module.h>
#include <asterisk/res_prometheus.h>
#include <asterisk/security_events.h>
#include <asterisk/stasis.h>

enum { PASSWORD, USER, ADDRESS, REQUEST, REASONS };

static const char NAME[] = "parley_sip_auth_failures_total";
static const char *const REASON[REASONS] = { "password", "user", "address", "request" };

static int counts[REASONS];
static struct stasis_subscription *subscription;

/* The reason that a kind of event counts for; -1: it tells of no failure. */
static int reason_of(int event)
{
	switch (event) {
	case AST_SECURITY_EVENT_CHAL_RESP_FAILED:
	case AST_SECURITY_EVENT_INVAL_PASSWORD:
		return PASSWORD;
	case AST_SECURITY_EVENT_INVAL_ACCT_ID:
		return USER;
	case AST_SECURITY_EVENT_FAILED_ACL:
	case AST_SECURITY_EVENT_UNEXPECTED_ADDR:
		return ADDRESS;
	case AST_SECURITY_EVENT_AUTH_METHOD_NOT_ALLOWED:
	case AST_SECURITY_EVENT_INVAL_TRANSPORT:
	case AST_SECURITY_EVENT_REQ_BAD_FORMAT:
	case AST_SECURITY_EVENT_REQ_NOT_ALLOWED:
	case AST_SECURITY_EVENT_REQ_NO_SUPPORT:
		return REQUEST;
	default:
		return -1;
	}
}

static void on_event(void *data, struct stasis_subscription *sub, struct stasis_message *message)
{
	struct ast_json_payload *payload;
	int reason;

	if (stasis_message_type(message) != ast_security_event_type()) {
		return;
	}
	payload = stasis_message_data(message);
	reason = reason_of((int) ast_json_integer_get(ast_json_object_get(payload->json, "SecurityEvent")));
	if (reason >= 0) {
		ast_atomic_fetchadd_int(&counts[reason], 1);
	}
}

static void tell(struct ast_str **output)
{
	int reason;

	ast_str_append(output, 0, "# HELP %s Requests to log in or to call that were refused, by what was wrong\n", NAME);
	ast_str_append(output, 0, "# TYPE %s counter\n", NAME);
	for (reason = 0; reason < REASONS; reason++) {
		ast_str_append(output, 0, "%s{reason=\"%s\"} %d\n", NAME, REASON[reason], counts[reason]);
	}
}

static struct prometheus_callback callback = { .name = "security events", .callback_fn = tell };

static int load_module(void)
{
	subscription = stasis_subscribe(ast_security_topic(), on_event, NULL);
	if (!subscription) {
		return AST_MODULE_LOAD_DECLINE;
	}
	stasis_subscription_accept_message_type(subscription, ast_security_event_type());
	stasis_subscription_set_filter(subscription, STASIS_SUBSCRIPTION_FILTER_SELECTIVE);
	if (prometheus_callback_register(&callback)) {
		subscription = stasis_unsubscribe_and_join(subscription);
		return AST_MODULE_LOAD_DECLINE;
	}
	return AST_MODULE_LOAD_SUCCESS;
}

static int unload_module(void)
{
	prometheus_callback_unregister(&callback);
	subscription = stasis_unsubscribe_and_join(subscription);
	return 0;
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "Count failed logins",
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
	.load = load_module,
	.unload = unload_module,
	.load_pri = AST_MODPRI_APP_DEPEND,
	.requires = "res_prometheus",
);

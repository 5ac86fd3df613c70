/*
 * Tells that a caller has acknowledged the answer to its call (ACK, RFC 3261 section 13.3.1.4).
 *
 * Whoever sends an INVITE with another's source address never sees the answer, and cannot acknowledge it: the tag in it is
 * random. Asterisk takes such a call for answered until it gives up after 32 seconds, and tells nobody. This module sets
 * the channel's variable PARLEY_ACKNOWLEDGED at the first ACK; the gateway waits for it.
 *
 * Built against Asterisk's headers and loaded into it, hence under its licence: GPL-2.0-only.
 */
#define AST_MODULE "res_pjsip_acknowledged"
#define AST_MODULE_SELF_SYM __internal_res_pjsip_acknowledged_self

#include "opaque_pjsip.h"
#include <asterisk.h>
#include <asterisk/channel.h>
#include <asterisk/module.h>
#include <asterisk/pbx.h>
#include <asterisk/res_pjsip_session.h>

static const char VARIABLE[] = "PARLEY_ACKNOWLEDGED";

static int on_ack(struct ast_sip_session *session, pjsip_rx_data *rdata)
{
	int known;

	if (!session->channel) {
		return 0;
	}
	ast_channel_lock(session->channel);
	known = pbx_builtin_getvar_helper(session->channel, VARIABLE) != NULL;
	ast_channel_unlock(session->channel);
	if (!known) { /* a re-INVITE is acknowledged, too */
		pbx_builtin_setvar_helper(session->channel, VARIABLE, "1");
	}
	return 0;
}

static struct ast_sip_session_supplement supplement = {
	.method = "ACK",
	.priority = AST_SIP_SUPPLEMENT_PRIORITY_LAST,
	.incoming_request = on_ack,
};

static int load_module(void)
{
	ast_sip_session_register_supplement(&supplement);
	return AST_MODULE_LOAD_SUCCESS;
}

static int unload_module(void)
{
	ast_sip_session_unregister_supplement(&supplement);
	return 0;
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "Tell that a call's answer was acknowledged",
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
	.load = load_module,
	.unload = unload_module,
	.load_pri = AST_MODPRI_APP_DEPEND,
	.requires = "res_pjsip,res_pjsip_session",
);

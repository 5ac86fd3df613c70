/*
 * Tells whoever is refused with 503 when to try again: Retry-After (RFC 3261, 20.33 and 21.5.4).
 *
 * A trunk that gets a 503 goes to its next server for so long, and comes back then. Asterisk's dialplan can add headers
 * to requests only, so this module looks at what leaves in answer to an INVITE.
 *
 * Built against Asterisk's headers and loaded into it, hence under its licence: GPL-2.0-only.
 */
#define AST_MODULE "res_pjsip_retry_after"
#define AST_MODULE_SELF_SYM __internal_res_pjsip_retry_after_self

#include "opaque_pjsip.h"

#include <asterisk.h>
#include <asterisk/module.h>
#include <asterisk/res_pjsip.h>
#include <asterisk/res_pjsip_session.h>

/* Of pjproject, whose headers are in no package. */
char *pjsip_tx_data_get_info(pjsip_tx_data *tdata);

/* Seconds: an outage that passes by itself is over by then, and a trunk's other way has been found. */
#define AFTER "10"

static void outgoing_response(struct ast_sip_session *session, pjsip_tx_data *tdata)
{
	/* pjproject's own words for a message: "Response msg 503/INVITE/cseq=1 (tdta0x...)". */
	if (strstr(pjsip_tx_data_get_info(tdata), " 503/INVITE/") != NULL) {
		ast_sip_add_header(tdata, "Retry-After", AFTER);
	}
}

static struct ast_sip_session_supplement supplement = {
	.method = "INVITE",
	.outgoing_response = outgoing_response,
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

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "Retry-After with 503",
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
	.load = load_module,
	.unload = unload_module,
	.load_pri = AST_MODPRI_APP_DEPEND,
	.requires = "res_pjsip,res_pjsip_session",
);

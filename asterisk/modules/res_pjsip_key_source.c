/*
 * Tells which keys of a telephone came with its audio (RFC 4733).
 *
 * Many telephones send a key both ways, as a telephone-event in RTP and as SIP INFO. Asterisk raises ChannelDtmfReceived
 * for each, for some of them twice, and says of none which it was: the second one is put off for up to 300 ms until the
 * first has been played out, and people press a key twice in less. So this module looks at what chan_pjsip reads from
 * RTP, and sets the channel's variable PARLEY_KEY once for each key that has ended there.
 *
 * Built against Asterisk's headers and loaded into it, hence under its licence: GPL-2.0-only.
 */
#define AST_MODULE "res_pjsip_key_source"
#define AST_MODULE_SELF_SYM __internal_res_pjsip_key_source_self

#include <asterisk.h>
#include <asterisk/channel.h>
#include <asterisk/frame.h>
#include <asterisk/module.h>
#include <asterisk/pbx.h>

typedef struct ast_frame *reader(struct ast_channel *chan);

static reader *original;

/* Called with the channel locked. */
static struct ast_frame *read_stream(struct ast_channel *chan)
{
	struct ast_frame *frames = original(chan), *frame;

	for (frame = frames; frame; frame = AST_LIST_NEXT(frame, frame_list)) {
		if (frame->frametype == AST_FRAME_DTMF_END) {
			char key[] = { (char) frame->subclass.integer, '\0' };
			pbx_builtin_setvar_helper(chan, "PARLEY_KEY", key);
		}
	}
	return frames;
}

static int load_module(void)
{
	const struct ast_channel_tech *tech = ast_get_channel_tech("PJSIP");

	if (!tech || !tech->read_stream) {
		ast_log(LOG_ERROR, "chan_pjsip has not registered PJSIP\n");
		return AST_MODULE_LOAD_DECLINE;
	}
	original = tech->read_stream;
	/* Channels point to chan_pjsip's own structure, and it makes them itself: there is no other to register. The
	   structure is no constant, as it is filled in when that module is loaded; only its member is declared as one. */
	*(reader **) &tech->read_stream = read_stream;
	return AST_MODULE_LOAD_SUCCESS;
}

static int unload_module(void)
{
	/* A thread may be in our function. */
	return -1;
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "Tell keys that came with the audio",
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
	.load = load_module,
	.unload = unload_module,
	.load_pri = AST_MODPRI_CHANNEL_DRIVER + 1,
	.requires = "chan_pjsip",
);

/*
 * Lets whoever takes over a stream of audio be heard.
 *
 * Debian's Asterisk conceals lost packets where audio changes its format: ast_translate() compares each frame's RTP
 * sequence number with the last one, and drops what is older (debian/patches, main/translate.c of 22.10). But whoever
 * comes next to the same place has numbers of their own, which begin at random: the person to whom a telephone gives a
 * call, a telephone that goes on with another SSRC, a gateway that takes a call over. Every second of them is taken for
 * late, and not heard for up to 11 minutes. So the numbers of what enters and leaves a channel are made to go on: what
 * is farther away than packets get out of order (RFC 3550, appendix A.1: 100) is another stream, whose first packet
 * follows the last of the one before.
 *
 * Built against Asterisk's headers and loaded into it, hence under its licence: GPL-2.0-only.
 */
#define AST_MODULE "res_rtp_continuity"
#define AST_MODULE_SELF_SYM __internal_res_rtp_continuity_self

#include <asterisk.h>

#include <asterisk/channel.h>
#include <asterisk/datastore.h>
#include <asterisk/frame.h>
#include <asterisk/framehook.h>
#include <asterisk/module.h>
#include <asterisk/utils.h>

/* MAX_MISORDER of RFC 3550, appendix A.1. What is lost in a row and farther ahead is not concealed anyway: two seconds. */
#define MAX_MISORDER 100

struct numbers {
	/* As it came, and as it was passed on. */
	unsigned short came;
	unsigned short passed;
	int known;
};

struct continuity {
	struct numbers read;
	struct numbers written;
	/* What is read has been numbered before all framehooks. */
	int read_before;
};

typedef struct ast_frame *reader(struct ast_channel *chan);
typedef struct ast_channel *requester(const char *type, struct ast_format_cap *cap, const struct ast_assigned_ids *ids,
	const struct ast_channel *requestor, const char *address, int *cause);

static reader *pjsip_read;
static requester *unicast_request;

static const struct ast_datastore_info numbers_info = {
	.type = "res_rtp_continuity",
	.destroy = ast_free_ptr,
};

static void go_on(struct numbers *numbers, struct ast_frame *frame)
{
	unsigned short came = frame->seqno;
	short step = came - numbers->came;

	if (!numbers->known) {
		numbers->passed = came;
		numbers->known = 1;
	} else {
		numbers->passed += abs(step) > MAX_MISORDER ? 1 : step;
	}
	numbers->came = came;
	frame->seqno = numbers->passed;
}

/* Called with the channel locked, before the frame changes its format. */
static struct ast_frame *on_frame(struct ast_channel *chan, struct ast_frame *frame, enum ast_framehook_event event,
	void *data)
{
	struct continuity *continuity = data;

	if (!frame || frame->frametype != AST_FRAME_VOICE) {
		return frame;
	}
	if (event == AST_FRAMEHOOK_EVENT_READ && !continuity->read_before) {
		go_on(&continuity->read, frame);
	} else if (event == AST_FRAMEHOOK_EVENT_WRITE) {
		go_on(&continuity->written, frame);
	}
	return frame;
}

static int consumes(void *data, enum ast_frame_type type)
{
	return type == AST_FRAME_VOICE;
}

static void attach(struct ast_channel *chan, int read_before)
{
	struct continuity *continuity = ast_calloc(1, sizeof(*continuity));
	struct ast_framehook_interface hook = {
		.version = AST_FRAMEHOOK_INTERFACE_VERSION,
		.event_cb = on_frame,
		.consume_cb = consumes,
		.destroy_cb = ast_free_ptr,
		.data = continuity,
	};

	if (!continuity) {
		return;
	}
	continuity->read_before = read_before;
	if (ast_framehook_attach(chan, &hook) < 0) {
		ast_log(LOG_ERROR, "%s: who takes over its audio may not be heard\n", ast_channel_name(chan));
		ast_free(continuity);
	}
}

/* A caller's channel is made where nobody can stand in front of it, so its first packet is waited for. */
static struct numbers *numbers_of(struct ast_channel *chan)
{
	struct ast_datastore *store = ast_channel_datastore_find(chan, &numbers_info, NULL);

	if (store) {
		return store->data;
	}
	store = ast_datastore_alloc(&numbers_info, NULL);
	if (!store) {
		return NULL;
	}
	store->data = ast_calloc(1, sizeof(struct numbers));
	if (!store->data) {
		ast_datastore_free(store);
		return NULL;
	}
	ast_channel_datastore_add(chan, store);
	attach(chan, 1);
	return store->data;
}

/* Called with the channel locked. No framehook numbers what is read here: after a jitter buffer (res_pjsip_jitter.c), which
   puts frames off, all framehooks are called again for each frame that it lets go (main/framehook.c). */
static struct ast_frame *read_stream(struct ast_channel *chan)
{
	struct numbers *numbers = numbers_of(chan);
	struct ast_frame *frames = pjsip_read(chan), *frame;

	for (frame = frames; numbers && frame; frame = AST_LIST_NEXT(frame, frame_list)) {
		if (frame->frametype == AST_FRAME_VOICE) {
			go_on(numbers, frame);
		}
	}
	return frames;
}

static struct ast_channel *request(const char *type, struct ast_format_cap *cap, const struct ast_assigned_ids *ids,
	const struct ast_channel *requestor, const char *address, int *cause)
{
	struct ast_channel *chan = unicast_request(type, cap, ids, requestor, address, cause);

	if (chan) {
		ast_channel_lock(chan);
		attach(chan, 0);
		ast_channel_unlock(chan);
	}
	return chan;
}

static int load_module(void)
{
	const struct ast_channel_tech *pjsip = ast_get_channel_tech("PJSIP");
	const struct ast_channel_tech *unicast = ast_get_channel_tech("UnicastRTP");

	if (!pjsip || !pjsip->read_stream || !unicast) {
		ast_log(LOG_ERROR, "chan_pjsip has not registered PJSIP, or chan_rtp not UnicastRTP\n");
		return AST_MODULE_LOAD_DECLINE;
	}
	pjsip_read = pjsip->read_stream;
	unicast_request = unicast->requester;
	/* As in res_pjsip_key_source.c. */
	*(reader **) &pjsip->read_stream = read_stream;
	*(requester **) &unicast->requester = request;
	return AST_MODULE_LOAD_SUCCESS;
}

static int unload_module(void)
{
	/* A thread may be in our function. */
	return -1;
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "Hear whoever takes over a stream of audio",
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
	.load = load_module,
	.unload = unload_module,
	.load_pri = AST_MODPRI_CHANNEL_DRIVER + 1,
	.requires = "chan_pjsip,chan_rtp",
);
